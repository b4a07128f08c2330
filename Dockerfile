# The portal as one image. It is told everything by its environment (.env.example); docs/operating.md.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements/runtime.lock requirements/
RUN .venv/bin/pip install --require-hashes -r requirements/runtime.lock
COPY manage.py gunicorn.conf.py ./
COPY insync_portal insync_portal
COPY smart_auth smart_auth
COPY records records
COPY upstream upstream
COPY trail trail
COPY demo_server demo_server
COPY templates templates
COPY static static
COPY tools tools
# Collecting needs settings, but none of its values stays in the image.
RUN .venv/bin/pybabel --quiet compile --directory insync_portal/locale --domain django \
    && sh tools/production_like.sh .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && .venv/bin/python -m compileall -q insync_portal smart_auth records upstream trail demo_server

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH \
    BIND_HOST=0.0.0.0 PORT=8000 DATABASE_URL=sqlite:////app/var/data/portal.sqlite3
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal
WORKDIR /app
COPY --from=build /app /app
# For the embedded database, where DATABASE_URL names no other. Nothing else may be written.
RUN install -d -o portal -g portal /app/var/data
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "/app/tools/healthy.py"]
CMD ["gunicorn", "--config", "gunicorn.conf.py", "insync_portal.wsgi:application"]
