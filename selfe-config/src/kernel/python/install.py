"""Runs `pip install` with those of the user's settings that say where packages come from and how to get there.

Settings that say what is installed, where and how, such as `user`, `target`, `constraint` and `require-hashes`, are meant for
the user's own work: they would break this environment, or leave it empty with exit code 0. `pip --isolated` would leave out
mirrors and proxies, too.
"""
import ast
import os
import subprocess
import sys

# Options of pip, by their long names; each is a setting in pip's files, and a variable PIP_… too.
KEPT = {
    "cache-dir", "no-cache-dir", "cert", "client-cert", "default-timeout", "timeout", "extra-index-url", "find-links", "index-url",
    "pypi-url", "keyring-provider", "no-index", "proxy", "resume-retries", "retries", "trusted-host",
}
# Of these, the words that choose where certificates come from.
KEPT_WORDS = {"use-feature": {"truststore"}, "use-deprecated": {"legacy-certs"}}
# What a package that is built here would take for its own, beside all that belongs to pip and Python.
DROPPED = {
    "AR", "ARFLAGS", "ARCHFLAGS", "CC", "CFLAGS", "CPPFLAGS", "CXX", "CXXFLAGS", "DIST_EXTRA_CONFIG", "LDFLAGS", "LDSHARED",
    "MAKEFLAGS", "VIRTUAL_ENV",
}
DROPPED_PREFIXES = ("PIP_", "PYTHON", "DISTUTILS_", "SETUPTOOLS_")


def kept(name, value):
    """What pip is given of a setting; nothing where it is not wanted."""
    if name in KEPT_WORDS:
        return " ".join(word for word in value.split() if word in KEPT_WORDS[name])
    return value if name in KEPT else ""


def of_files(environment):
    """The settings in pip's files: those for `install` override those for every command."""
    # Settings of pip's own output would change what is read here, so each is given a value that stands above the files'.
    environment = dict(environment, PIP_QUIET="0", PIP_VERBOSE="0", PIP_LOG=os.devnull, PIP_PYTHON=sys.executable)
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    command = [sys.executable, "-I", "-m", "pip", "config", "list"]
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, universal_newlines=True)
    if output.returncode != 0:
        print(output.stdout)
        sys.exit("error: pip can't read its settings: correct the file, or name another in PIP_CONFIG_FILE")
    settings = {}
    for section in ["global.", "install."]:
        for line in output.stdout.splitlines():
            name, equals, value = line.partition("=")
            if equals and name.startswith(section):
                settings[name[len(section):].replace("_", "-")] = ast.literal_eval(value)
    return settings


def main():
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in DROPPED and not name.startswith(DROPPED_PREFIXES)
    }
    files = {name: os.environ[name] for name in ["PIP_CONFIG_FILE"] if name in os.environ}
    settings = of_files(dict(environment, **files))
    for name, value in os.environ.items():
        # pip takes an empty variable for none.
        if name.startswith("PIP_") and value:
            settings[name[len("PIP_"):].lower().replace("_", "-")] = value
    for name, value in settings.items():
        value = kept(name, value)
        if value:
            environment["PIP_" + name.upper().replace("-", "_")] = value
    environment["PIP_CONFIG_FILE"] = os.devnull
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    command = [sys.executable, "-I", "-m", "pip", "install"] + quiet + sys.argv[1:]
    sys.exit(subprocess.run(command, env=environment).returncode)


main()
