"""Writes the digest behind each image's tag into Dockerfile and compose.yaml, so that nobody can put another image
under the same name: python tools/pin_images.py. Needs skopeo, and a registry that is reached; where it is not, it says
so and changes nothing. A newer image: take the digest away and run it again.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("Dockerfile", "compose.yaml")
IMAGE = re.compile(
    r"^(?P<before>FROM |\s+image: )(?P<image>[a-z0-9./_-]+:[A-Za-z0-9._-]+)(?P<after>\s|$)", re.MULTILINE
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def digest_of(image: str) -> str:
    """The digest behind a tag, for every platform.

    Raises:
        LookupError: nobody could say; the text says why.
    """
    name = image if "/" in image else f"library/{image}"
    host = name if "." in name.split("/")[0] else f"docker.io/{name}"
    command = ["skopeo", "inspect", "--format", "{{.Digest}}", f"docker://{host}"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except FileNotFoundError:
        raise LookupError("skopeo is not installed (apt-get install skopeo)") from None
    except subprocess.TimeoutExpired:
        raise LookupError("the registry did not answer") from None
    if ran.returncode or not DIGEST.fullmatch(ran.stdout.strip()):
        last = (ran.stderr.strip().splitlines() or ["no digest came"])[-1]
        raise LookupError(last[:200])
    return ran.stdout.strip()


def main() -> int:
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    images = sorted({match["image"] for text in texts.values() for match in IMAGE.finditer(text)})
    found: dict[str, str] = {}
    for image in images:
        try:
            found[image] = digest_of(image)
        except LookupError as trouble:
            print(f"Nothing was changed: {image}: {trouble}.", file=sys.stderr)
            return 2
    for name, text in texts.items():
        pinned = IMAGE.sub(
            lambda match: f"{match['before']}{match['image']}@{found[match['image']]}{match['after']}", text
        )
        (ROOT / name).write_text(pinned, encoding="utf-8")
    print("\n".join(f"{image}@{digest}" for image, digest in found.items()) or "Every image has its digest.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
