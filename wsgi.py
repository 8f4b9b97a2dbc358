"""The web app for a WSGI server: `gunicorn wsgi:app`, configured by STOREKEEPER_CONFIG."""

from app.cli.serving import web_app

app = web_app()
