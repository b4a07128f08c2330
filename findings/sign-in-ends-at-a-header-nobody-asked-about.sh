#!/usr/bin/env bash
# A sign-in that is in order fails, since the token's header says one thing more than the library knows.
#
# What:     joserfc 1.8.0 (Python, jwt.decode), a JOSE header with a member that no standard names.
# Input:    an id_token signed with ES256, whose header has "tenant" besides alg, kid and typ; made here with a key made here.
# Seen:     an error, before the signature is looked at. With a registry that is told not to be strict it is read.
#           RFC 7515, 4.1.11 and 4: what is not understood is ignored, unless "crit" names it.
# Matters:  authorization servers of hospitals put such members there ("tenant", "nonce", "pi.atm"). All patients of one are
#           locked out on the day when its server is upgraded, by a client that holds to the library's defaults.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check joserfc==1.8.0

"$folder/venv/bin/python" - <<'PYTHON'
import sys

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

key = ECKey.generate_key("P-256")
lenient = JWSRegistry(strict_check_header=False)
header = {"alg": "ES256", "typ": "JWT", "kid": "1", "tenant": "harbor-lane"}
token = jwt.encode(header, {"iss": "https://auth.example", "sub": "1"}, key, registry=lenient)
try:
    jwt.decode(token, key)
    strict = "read"
except (JoseError, ValueError) as error:
    strict = f"refused: {type(error).__name__}: {error}"
print(f"joserfc 1.8.0, defaults:       {strict}")
print(f"joserfc 1.8.0, not strict:     {jwt.decode(token, key, registry=lenient).claims}")
is_as_seen = strict.startswith("refused")
print("as seen" if is_as_seen else "changed")
sys.exit(0 if is_as_seen else 1)
PYTHON
