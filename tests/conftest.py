"""What every test of ours may use."""

pytest_plugins = ["app.testing.plugin"]
