"""What keeps history from growing for ever."""

from app.services import pruning


def prune(running):
    """Take versions away that were replaced before what the settings say."""
    rules = pruning.rules(running.settings, pruning.tables())
    with running.unit_of_work(final=True) as session:
        done = pruning.prune(
            session, rules, after_chunk=session.commit,
            progress=lambda table, count: running.progress(phase=table),
        )  # fmt: skip
        running.message = f"Old versions taken away: {sum(done.values()):,}"
