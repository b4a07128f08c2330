"""The demo server as a WSGI application. One process of it, many threads: its state is in its memory."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo_server.settings")

application = get_wsgi_application()

from demo_server import keys, world  # noqa: E402  # needs the settings

# Now, and not while the first visitor waits; what cannot be read stops the start with its own words.
world.world()
keys.signing_key()
