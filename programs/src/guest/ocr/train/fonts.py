"""The faces to train with: upright ones of Debian's font packages, listed by package in fonts.txt."""
import os

ROOTS = ["/usr/share/fonts", "/usr/share/texmf/fonts"]
HERE = os.path.dirname(os.path.abspath(__file__))


def faces():
    """Paths of the faces to train with, in the order of fonts.txt; fails if one is not installed."""
    found = {}
    for root in ROOTS:
        for folder, _, names in os.walk(root):
            for name in names:
                found[name] = os.path.join(folder, name)
    with open(os.path.join(HERE, "fonts.txt"), encoding="utf-8") as listed:
        lines = [line.split() for line in listed if line.strip() and not line.startswith("#")]
    missing = [(line[0], name) for line in lines for name in line[1:] if name not in found]
    if missing:
        raise SystemExit("not installed: " + ", ".join(f"{name} of {package}" for package, name in missing))
    return [found[name] for line in lines for name in line[1:]]


if __name__ == "__main__":
    print("\n".join(faces()))
