"""Renders the Helm chart with the values of two sites, and looks at what comes out: python3 chart.py packaging/helm

No package of Debian has helm. This renders what our templates use of its language and refuses everything else, so that a template
which needs more says so here. Then each document has to be YAML with the fields that Kubernetes asks for.
"""

import hashlib
import pathlib
import re
import sys

import yaml

PART = re.compile(r"(\s*)\{\{(-?)\s*(.*?)\s*(-?)\}\}(\s*)", re.S)
WORD = re.compile(r'"[^"]*"|[()]|[^\s()]+')
# What a site would change: each branch of the templates is taken with one of both.
SITES = [
    {"config": 'tls-certificate = "/tls/tls.crt"\ntls-key = "/tls/tls.key"'},
    {"trustedProxies": ["10.0.0.0/24"], "new": True, "mllp": {"enabled": True}, "config": 'name = "a"\nhost = ["b"]', "image": {"tag": "1"}},
]
KINDS = {"ConfigMap": "v1", "Deployment": "apps/v1", "PodDisruptionBudget": "policy/v1", "Service": "v1"}


def parts(text):
    """Text and actions by turns, with the white space that an action takes away gone."""
    found, end = [], 0
    for match in PART.finditer(text):
        before, left, action, right, after = match.groups()
        found.append(("text", text[end : match.start()] + ("" if left else before)))
        found.append(("action", action))
        end = match.end() - (0 if right else len(after))
    return found + [("text", text[end:])]


def block(tokens, at, ends):
    """A tree of what stands up to one of some ends, and where that is."""
    tree = []
    while at < len(tokens):
        kind, token = tokens[at]
        word = token.split(" ", 1)[0]
        if kind == "action" and word in ends:
            return tree, at
        if kind == "action" and word in ("if", "range", "define"):
            inner, at = block(tokens, at + 1, ("end",))
            tree.append((word, token[len(word) + 1 :], inner))
        else:
            tree.append((kind, token, None))
        at += 1
    if ends:
        raise SystemExit("a block has no end")
    return tree, at


class Refused(Exception):
    """What a template says by `fail`."""


class Chart:
    def __init__(self, folder, site):
        self.folder = folder
        values = merged(yaml.safe_load((folder / "values.yaml").read_text()), site)
        chart = yaml.safe_load((folder / "Chart.yaml").read_text())
        about = {key[0].upper() + key[1:]: value for key, value in chart.items()}
        self.root = {"Values": values, "Chart": about, "Release": {"Name": "trial"}}
        self.named = {}

    def documents(self):
        files = sorted((self.folder / "templates").iterdir())
        for helper in [file for file in files if file.suffix == ".tpl"]:
            self.render(block(parts(helper.read_text()), 0, ())[0], self.root)
        for file in [file for file in files if file.suffix == ".yaml"]:
            text = self.render(block(parts(file.read_text()), 0, ())[0], self.root)
            for document in yaml.safe_load_all(text):
                yield file.name, document

    def render(self, tree, dot):
        made = []
        for kind, text, inner in tree:
            if kind == "text":
                made.append(text)
            elif kind == "define":
                self.named[text.strip('"')] = inner
            elif kind == "if":
                made.append(self.render(inner, dot) if self.value(text, dot) else "")
            elif kind == "range":
                made.extend(self.render(inner, item) for item in self.value(text, dot))
            else:
                made.append(str(self.value(text, dot)))
        return "".join(made)

    def value(self, text, dot):
        """What a pipeline comes to."""
        value = None
        for number, step in enumerate(text.split(" | ")):
            words = step.split()
            value = self.term(words, dot) if number == 0 else self.piped(words, value, dot)
        return value

    def term(self, words, dot):
        if words[0] == "include" and words[2:] == ["."]:
            return self.render(self.named[words[1].strip('"')], dot)
        if words[0] == "toYaml" and len(words) == 2:
            return yaml.safe_dump(self.term(words[1:], dot), sort_keys=False).strip()
        value, rest = self.call(WORD.findall(" ".join(words)), dot)
        if rest:
            raise SystemExit(f"not known to this renderer: {' '.join(words)}")
        return value

    def call(self, words, dot):
        """The value of a function with its arguments, or of one term, and what stands after it."""
        name, *rest = words
        if name not in ("not", "or", "contains", "fail"):
            return self.argument(words, dot)
        arguments = []
        while rest and rest[0] != ")":
            value, rest = self.argument(rest, dot)
            arguments.append(value)
        if name == "fail":
            raise Refused(arguments[0])
        if name == "not":
            return not arguments[0], rest
        if name == "contains":
            return arguments[0] in arguments[1], rest
        return next((value for value in arguments if value), arguments[-1]), rest

    def argument(self, words, dot):
        word, *rest = words
        if word == "(":
            value, rest = self.call(rest, dot)
            if rest[:1] != [")"]:
                raise SystemExit(f"a bracket is not closed: {' '.join(words)}")
            return value, rest[1:]
        if word.startswith('"'):
            return word.strip('"'), rest
        if word.startswith("."):
            return looked_up(word, dot, self.root), rest
        raise SystemExit(f"not known to this renderer: {' '.join(words)}")

    def piped(self, words, value, dot):
        if words[0] in ("nindent", "indent"):
            gap = " " * int(words[1])
            return ("\n" if words[0] == "nindent" else "") + "\n".join(gap + line for line in str(value).split("\n"))
        if words == ["quote"]:
            return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        if words == ["sha256sum"]:
            return hashlib.sha256(value.encode()).hexdigest()
        if words[0] == "default":
            return value or self.term(words[1:], dot)
        raise SystemExit(f"not known to this renderer: {' '.join(words)}")


def looked_up(path, dot, root):
    """A value by its path; one that values.yaml does not have is a fault, and no empty text."""
    names = path.strip(".").split(".")
    value = dot if path == "." or names[0] not in root else root
    for name in [name for name in names if name]:
        if not isinstance(value, dict) or name not in value:
            raise SystemExit(f"{path} is in no values.yaml")
        value = value[name]
    return value


def merged(values, site):
    both = {key: merged(values[key], of_site) for key, of_site in site.items() if isinstance(of_site, dict)}
    return {**values, **site, **both}


def faults(document):
    """What Kubernetes would refuse, or what nobody should run."""
    if KINDS.get(document.get("kind")) != document.get("apiVersion"):
        yield f"{document.get('apiVersion')} {document.get('kind')}"
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", document["metadata"]["name"]):
        yield "its name is none"
    if document["kind"] != "Deployment":
        return
    spec, template = document["spec"], document["spec"]["template"]
    if not spec["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items():
        yield "it selects other pods than its own"
    if not all(isinstance(value, str) for value in template["metadata"]["annotations"].values()):
        yield "an annotation is no text"
    pod = template["spec"]
    if pod["securityContext"].get("runAsNonRoot") is not True or pod["automountServiceAccountToken"] is not False:
        yield "its pod may be root, or is shown the cluster"
    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"]:
        secure = container["securityContext"]
        if secure["allowPrivilegeEscalation"] is not False or secure["readOnlyRootFilesystem"] is not True:
            yield "its container may become root, or write to its image"
        if not {mount["name"] for mount in container["volumeMounts"]} <= volumes:
            yield "it mounts a volume that is not there"
        ports = {port["name"] for port in container["ports"]}
        probes = [probe for name, probe in container.items() if name.endswith("Probe")]
        if not {probe["httpGet"]["port"] for probe in probes} <= ports:
            yield "a probe asks a port that is not there"
        if not all(isinstance(argument, str) and "None" not in argument for argument in container["args"]):
            yield "an argument is no text"


def main(folder):
    wrong = 0
    try:
        list(Chart(folder, {}).documents())
        raise SystemExit("the chart renders without TLS and without a named proxy")
    except Refused as refused:
        print(f"chart: its own values alone are refused: {refused}")
    for number, site in enumerate(SITES, 1):
        documents = list(Chart(folder, site).documents())
        names = [(document["kind"], document["metadata"]["name"]) for _, document in documents]
        if len(set(names)) != len(names):
            raise SystemExit("two documents have one name")
        for file, document in documents:
            for fault in faults(document):
                wrong += 1
                print(f"{file}: {document['kind']} {document['metadata']['name']}: {fault}")
        print(f"chart: {len(documents)} documents rendered with the values of site {number}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
