"""Send tonight's CSV files to Canvas. Exit status: 0 success, 1 somebody must act, 2 stopped midway."""

import argparse
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import helpers as canvas

OPTIONS = {}  # of the import, such as {"skip_deletes": True}
SUCCESS, ACT, STOPPED = 0, 1, 2
FOUR_HOURS = 4 * 3600
log = logging.getLogger("nightly_import")


def find_files(outbox):
    """Return the CSV files that the SIS has written."""
    files = sorted(outbox.glob("*.csv"))
    if not files:
        raise canvas.CanvasError(f"{outbox} contains no CSV file.", "Find out why the SIS wrote none.")
    return files


def pack(files, folder):
    """Zip the files into tonight's folder of the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "sis_import.zip"
    with ZipFile(package, "w", ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return package


def check(package):
    """Stop before Canvas rejects a whole file."""
    for finding in canvas.check_files(package):
        if finding.severity == "stops the file":
            raise canvas.CanvasError(str(finding), finding.fix)


def wait_for_end(client, sis_import):
    """Wait until an import has ended, for four hours at most."""
    return client.wait_for(sis_import, deadline=FOUR_HOURS, on_poll=log_note)


def log_note(snapshot):
    """Log what a poll noticed, such as an import that has not moved for long."""
    if snapshot.note:
        log.info("%s", snapshot.note)


def wait_for_previous(client):
    """Wait until no import is ahead of ours."""
    for ahead in client.list_sis_imports(workflow_state=["created", "importing", "cleanup_batch"]):
        log.info("Import %s is %s: waiting until it has ended", ahead.id, ahead.workflow_state)
        wait_for_end(client, ahead)


def send(client, package):
    """Send the package; after an import that failed, a guard holds it back."""
    confirm = os.environ.get("CANVAS_CONFIRM", "")  # the domain a second time, for production only
    sent = client.create_sis_import(package, confirm=confirm, hold_back=True, **OPTIONS)
    log.info("Import %s is %s", sent.id, sent.workflow_state)
    for difference in sent.differences:
        log.warning("Import %s: %s", sent.id, difference)
    return sent


def judge(client, ended, package, noise):
    """Save the report beside the package, and return whether somebody must act."""
    noise = noise if noise.exists() else None
    report = canvas.explain_import(ended, package, noise, "previous", client=client)
    report.save(package.parent)
    log.log(logging.INFO if report.clean else logging.WARNING, "%s", report)
    return SUCCESS if report.clean else ACT


def nightly_import(client, outbox, archive):
    """Find, pack, check, wait, send, wait again, clean up, judge; return the exit status."""
    files = find_files(outbox)
    package = pack(files, archive / f"{datetime.now():%Y-%m-%d_%H.%M.%S}")
    check(package)
    wait_for_previous(client)
    ended = wait_for_end(client, send(client, package))
    for file in files:
        file.unlink()  # they stay in the package
    return judge(client, ended, package, archive / "noise.toml")


def log_to(archive):
    """Log to a file, and what somebody must see also to the console: cron emails it."""
    archive.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(archive / "nightly_import.log", encoding="utf-8")
    to_console = logging.StreamHandler()
    to_console.setLevel(logging.WARNING)
    form = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, handlers=[to_file, to_console])


def main(outbox, archive):
    """Run tonight's import with domain and token from the environment; log any fault."""
    log_to(archive)
    try:
        domain, token = (os.environ.get(name, "") for name in ("CANVAS_DOMAIN", "CANVAS_API_TOKEN"))
        return nightly_import(canvas.CanvasClient(canvas.Connection(domain, token)), outbox, archive)
    except (canvas.CanvasError, OSError) as fault:
        log.error("%s", fault)
        return STOPPED


def read_arguments():
    """Return the two folders that the script was started with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outbox", type=Path, help="the folder where the SIS writes its CSV files")
    parser.add_argument("archive", type=Path, help="the folder for packages, reports, and the log")
    return parser.parse_args()


if __name__ == "__main__":
    given = read_arguments()
    sys.exit(main(given.outbox, given.archive))
