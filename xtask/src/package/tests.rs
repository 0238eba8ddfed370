use super::{Built, build, said};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// The programs that the tests of the workspace built, if they are there with what builds packages.
fn programs() -> Option<[PathBuf; 2]> {
    let beside = env::current_exe().ok()?.parent()?.parent()?.to_owned();
    let query = env::var_os("GMS_QUERY").map_or_else(|| beside.join("gms-query"), PathBuf::from);
    let found = [beside.join("gms"), query];
    let tools = ["dpkg-deb", "dpkg-shlibdeps"].into_iter().all(|tool| said(tool, ["--version"], &beside).is_ok());
    (tools && found.iter().all(|file| file.is_file())).then_some(found)
}

/// The package, taken apart.
struct Package {
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Package {
    fn build([gms, query]: &[PathBuf; 2]) -> Package {
        let root = crate::tidy::root().expect("the workspace");
        let folder = tempfile::tempdir().expect("a folder");
        let bill = folder.path().join("gms.cdx.json");
        crate::sbom::run(&root, &bill).expect("a bill of materials");
        let file = build(&root, &Built { gms, query, bill: &bill }, folder.path()).expect("a package");
        let package = Package { folder, file };
        said("dpkg-deb", [OsStr::new("-x"), package.file.as_os_str(), package.at("").as_os_str()], &root).expect("taken apart");
        package
    }

    /// A file of it.
    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("machine").join(path)
    }

    fn field(&self, name: &str) -> String {
        said("dpkg-deb", [OsStr::new("-f"), self.file.as_os_str(), OsStr::new(name)], Path::new("/")).expect("a field").trim().to_owned()
    }
}

#[test]
fn the_debian_package_holds_programs_that_run_and_nothing_that_others_may_change() {
    let Some(programs) = programs() else {
        assert!(env::var_os("GMS_PACKAGE_REQUIRED").is_none(), "the programs, dpkg-deb or dpkg-shlibdeps are not there");
        eprintln!("skipped: the programs, dpkg-deb or dpkg-shlibdeps are not there");
        return;
    };
    let package = Package::build(&programs);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(package.field("Package"), "gms");
    assert_eq!(package.field("Version"), format!("{version}-1"));
    let needs = package.field("Depends");
    assert!(needs.contains("libc6 (>= ") && needs.contains("systemd") && !needs.contains('$'), "{needs}");
    listed(&package);
    let run = |program: &str, arguments: &[&str]| said(&package.at(program).display().to_string(), arguments, Path::new("/"));
    assert!(run("usr/bin/gms", &["--version"]).expect("it runs").contains(version));
    run("usr/bin/gms-query", &["--help"]).expect("it runs");
    let settings = package.at("etc/gms/gms.toml").display().to_string();
    assert!(run("usr/bin/gms", &["config", "check", &settings]).expect("its settings are sound").contains("nothing is wrong"));
    units_name_what_the_package_holds(&package);
    let bill: serde_json::Value =
        serde_json::from_slice(&fs::read(package.at("usr/share/doc/gms/gms.cdx.json")).expect("a bill")).expect("JSON");
    assert_eq!(bill["bomFormat"], "CycloneDX");
}

/// Owners and modes, as `dpkg-deb` lists them: `-rwxr-xr-x root/root 1 2026-11-30 10:00 ./usr/bin/gms`.
fn listed(package: &Package) {
    let text = said("dpkg-deb", [OsStr::new("--contents"), package.file.as_os_str()], Path::new("/")).expect("a list");
    for line in text.lines() {
        let mut columns = line.split_whitespace();
        let (mode, owner) = (columns.next().expect("a mode"), columns.next().expect("an owner"));
        assert_eq!(owner, "root/root", "{line}");
        assert!(!mode[1..].contains(['s', 't']) && mode.as_bytes()[5] == b'-' && mode.as_bytes()[8] == b'-', "others may change {line}");
        let expected = match line.rsplit("./").next().unwrap_or_default() {
            "usr/bin/gms" | "usr/bin/gms-query" => "-rwxr-xr-x",
            "etc/gms/gms.toml" => "-rw-r-----",
            _ if mode.starts_with('d') => "drwxr-xr-x",
            _ => "-rw-r--r--",
        };
        assert_eq!(mode, expected, "{line}");
    }
    for file in ["usr/bin/gms", "usr/lib/systemd/system/gms.service", "usr/lib/sysusers.d/gms.conf", "usr/share/doc/gms/copyright"] {
        assert!(package.at(file).is_file(), "{file}");
    }
}

/// Programs and documents that units name lie where they say.
fn units_name_what_the_package_holds(package: &Package) {
    let mut units = 0;
    for entry in fs::read_dir(package.at("usr/lib/systemd/system")).expect("units") {
        let path = entry.expect("a unit").path();
        let text = fs::read_to_string(&path).expect("a unit");
        let documents = text.lines().filter_map(|line| line.strip_prefix("Documentation=file:///"));
        let named = documents.chain(text.contains("/usr/bin/gms ").then_some("usr/bin/gms"));
        for file in named {
            assert!(package.at(file).is_file(), "{} names {file}", path.display());
        }
        units += 1;
    }
    assert_eq!(units, 4);
}

/// No image can be built without a registry: what it is made of has to agree with the rest.
#[test]
fn the_image_and_the_chart_agree_with_the_toolchain_the_ports_and_each_other() {
    let root = crate::tidy::root().expect("the workspace");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect(path);
    let image = read("packaging/container/Containerfile");
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain.split("channel = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a channel");
    let minor = channel.rsplit_once('.').map_or(channel, |(minor, _)| minor);
    assert!(image.contains(&format!("FROM docker.io/library/rust:{minor}-")), "the image builds with another compiler than {channel}");
    let chart = read("packaging/helm/templates/_helpers.tpl");
    let user = image.lines().find_map(|line| line.strip_prefix("USER ")).expect("a user");
    assert!(image.contains(&format!("--uid {user} ")) && chart.contains(&format!("runAsUser: {user},")), "one user {user}");
    let servers = read("packaging/helm/templates/servers.yaml");
    for port in ["8080", "2575"] {
        assert!(image.lines().any(|line| line.starts_with("EXPOSE ") && line.contains(port)), "{port}");
        assert!(servers.contains(port) || read("packaging/helm/values.yaml").contains(port), "{port}");
    }
    let version = format!("appVersion: \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(read("packaging/helm/Chart.yaml").contains(&version), "the chart is of another version");
}
