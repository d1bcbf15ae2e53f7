"""The rehearsal panel and the guards of the import panel, as a learner meets them in JupyterLab."""

from zipfile import ZipFile

from playwright.sync_api import expect

from tests.browser.lab import Lab

CONNECT = "import helpers as canvas\nclient = canvas.connect()"
REHEARSE = """from helpers.widgets.rehearsal_panel import rehearsal_panel
rehearsing = rehearsal_panel(client, "../half.csv", batch_mode=True)
rehearsing"""
IMPORT = """options = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:2026-fall"}
importing = canvas.import_panel(client, "../half.csv", **options)
importing"""


def fill(lab: Lab) -> None:
    """Bring the sample school in, and write a courses file that leaves most of a term out."""
    school = lab.server.files / "data/sample_school"
    lines = (school / "courses.csv").read_text(encoding="utf-8").splitlines()
    (lab.server.files / "half.csv").write_text("\n".join(lines[:30]) + "\n", encoding="utf-8")
    packed = lab.server.files / "school.zip"
    with ZipFile(packed, "w") as archive:
        for path in school.glob("*.csv"):
            archive.write(path, path.name)
    lab.set_pace("immediate")
    client = lab.client()
    client.waive("last_import")
    client.create_sis_import(packed)


def test_a_full_batch_is_rehearsed_before_it_may_be_sent(lab: Lab) -> None:
    fill(lab)
    lab.write_notebook("rehearsal.ipynb", CONNECT, REHEARSE, IMPORT)
    lab.page.set_viewport_size({"width": 1280, "height": 1700})
    lab.run_all()
    panel = lab.panel("Rehearse an import")
    panel.get_by_role("combobox", name="Term").fill("sis_term_id:2026-fall")
    lab.keys("Tab")
    lab.button("Rehearse").click()
    expect(panel.get_by_role("alert")).to_contain_text("a threshold stops it from removing")
    expect(panel.get_by_role("img", name="Rehearsal of half.csv for the term Fall 2026")).to_be_visible()
    expect(panel.get_by_role("cell", name="courses").first).to_be_visible()
    lab.screenshot("rehearsal-light")
    lab.dark()
    lab.page.locator("#jupyterlab-splash").wait_for(state="detached")
    lab.screenshot("rehearsal-dark")
    lab.dark(on=False)
    lab.button("Import").click()
    importing = lab.panel("Import a file")
    expect(importing.get_by_role("alert")).to_contain_text("in the term Fall 2026")
    importing.get_by_label("I have read this").check()
    lab.screenshot("guard")
    lab.button("Import").click()
    expect(importing.get_by_text("Accepted: SIS import")).to_be_visible()
