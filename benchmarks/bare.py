"""Settings of the portal with one view more (`benchmarks.bare_urls`): what a page cannot cost less than."""

from insync_portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_urls"
