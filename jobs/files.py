"""What keeps the folder of files tidy."""

from app.services import files


def sweep(running):
    """Take away the files to which nothing refers any more, not even history."""
    with running.unit_of_work(reason="Files that nothing needs", final=True) as session:
        done = files.sweep(session, files.folder_of(running.settings))
        running.message = f"Files taken away: {done.files:,}, {done.size / 2**20:,.1f} MB"
