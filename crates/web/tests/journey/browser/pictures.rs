//! Pictures of pages, and what is looked at while they are taken: that nothing is cut off, and that everybody can use them.

use super::Browser;
use std::path::PathBuf;

/// axe-core 4.14.1 (MPL-2.0), as published; SHA-256 in `data/SOURCES.md`.
const AXE: &str = include_str!("../axe.min.js");

/// What of a page is cut off: the page that scrolls sideways, and cells that hold more than they show.
const CUT: &str = include_str!("../cut.js");

impl Browser {
    /// Keeps pictures of the page, wide and narrow, dark and as it is printed, where asked; sees that it does not scroll sideways,
    /// that no cell is cut off, and that it is accessible at both widths and in the dark.
    pub async fn picture(&self, name: &str) {
        for (size, width) in [("narrow", 500), ("wide", 1280)] {
            self.client.set_window_size(width, 1200).await.expect("a window");
            let cut = self.client.execute(CUT, vec![]).await.expect("what is cut off");
            let cut = cut.as_array().cloned().unwrap_or_default();
            self.faults.lock().expect("no fault while one is noted").extend(cut.iter().map(|what| format!("{name} at {width}: {what}")));
            self.is_accessible(&format!("{name}, {size}")).await;
            self.keep(name, size).await;
        }
        for (size, media) in [("dark", "screen and (prefers-color-scheme: dark)"), ("print", "print")] {
            self.shown_as(media, true).await;
            if size == "dark" {
                self.is_accessible(&format!("{name}, {size}")).await;
            }
            self.keep(name, size).await;
            self.shown_as(media, false).await;
        }
    }

    /// Sees that a page is as wide as that in pixels, that nothing on it is wider, and that it is accessible; keeps a picture.
    pub async fn picture_on_phone(&self, name: &str, width: u32) {
        let widths = "const page = document.documentElement; return [window.innerWidth, page.scrollWidth - page.clientWidth]";
        let widths = self.client.execute(widths, vec![]).await.expect("two numbers");
        assert_eq!(widths, serde_json::json!([width, 0]), "{name} is wider than the phone");
        self.is_accessible(&format!("{name}, phone")).await;
        self.keep(name, "phone").await;
    }

    /// Asks axe whether the page meets WCAG 2.2 AA; what does not is named with its place.
    async fn is_accessible(&self, name: &str) {
        if self.client.execute("return window.axe === undefined", vec![]).await.expect("an answer") == true {
            self.client.execute(AXE, vec![]).await.expect("axe");
        }
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
              .then(r => done(r.violations.map(v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target.join(' ')).join(', '))))
              .catch(e => done(['axe failed: ' + e]));";
        let found = self.client.execute_async(run, vec![]).await.expect("an answer");
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        let mut faults = self.faults.lock().expect("no fault while one is noted");
        faults.extend(found.iter().map(|fault| format!("{name}: {fault}")));
    }

    /// Shows the page by the rules that its style sheets have for a medium, or ends that.
    async fn shown_as(&self, media: &str, on: bool) {
        let switch = "const [media, on] = arguments;
            if (![...document.styleSheets].some(sheet => sheet.href?.endsWith('/gms.css'))) return 1; // A page of another service.
            let rules = 0;
            for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) {
                if (!(rule instanceof CSSMediaRule)) continue;
                if (on && rule.media.mediaText === media) { rule.was = media; rule.media.mediaText = 'all'; rules++; }
                if (!on && rule.was === media) { rule.media.mediaText = media; rules++; }
            }
            return rules;";
        let rules = self.client.execute(switch, vec![media.into(), on.into()]).await.expect("a number");
        assert!(rules.as_u64() > Some(0), "no rule for {media}");
    }

    /// Keeps a picture of what is seen, where asked.
    async fn keep(&self, name: &str, size: &str) {
        let Some(folder) = std::env::var_os("GMS_SCREENSHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).expect("a folder");
        let bytes = self.client.screenshot().await.expect("a picture");
        std::fs::write(folder.join(format!("{name}-{size}.png")), bytes).expect("a file");
    }
}
