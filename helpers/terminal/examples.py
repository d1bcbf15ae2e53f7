"""Examples and exit statuses of each command, as `--help` shows them."""

EXAMPLES = {
    "import": """examples:
  python start.py import data/test_course.csv
  python start.py import data/sample_school                 its CSV files, as one zip
  python start.py import term.zip --domain school.test.instructure.com --option skip_deletes=true
  python start.py import term.zip --rehearse --option skip_deletes=true

exit status: 0 a clean import, 1 messages, a failure, or a refusal, 2 nothing was sent""",
    "stop": """exit status: 0 no practice Canvas is running any longer, 1 it did not stop""",
    "card": """examples:
  python start.py card                  card.html, to open in a browser and print
  python start.py card wall.html

exit status: 0 written, 2 it could not run""",
    "status": """examples:
  python start.py status                the latest imports
  python start.py status --all          all of them
  python start.py status 12             how import 12 ended, and what to fix
  python start.py status 12 --json      the whole JSON of Canvas as well, alone on standard output

exit status: 0 clean or still running, 1 messages or a failure, 2 it could not run""",
    "check": """examples:
  python start.py check courses.csv
  python start.py check users.csv enrollments.csv           as if sent together
  python start.py check term.zip --domain school.test.instructure.com
  python start.py check term.zip --domain practice          also against the practice Canvas

exit status: 0 nothing found, 1 findings, 2 it could not run""",
    "explain": """examples:
  python start.py explain 12                                an import of the practice Canvas
  python start.py explain 12 --domain school.test.instructure.com
  python start.py explain sis_import.json errors.csv        saved files, without any Canvas
  python start.py explain errors.csv --sent term.zip        with the rows that you sent

exit status: 0 a clean import, 1 something to fix or unknown, 2 it could not run""",
    "rehearse": """examples:
  python start.py rehearse courses.csv
  python start.py rehearse term.zip --option batch_mode=true --option batch_mode_term_id=sis_term_id:F26

exit status: 0 the import would be clean, 1 it would not, 2 it could not run""",
    "compare": """example:
  python start.py compare --domain school.test.instructure.com

exit status: 0 no difference, 1 differences, 2 it could not run""",
    "progress": """examples:
  python start.py progress              what is done, and what comes next
  python start.py progress --reset      erase that; the practice school stays

exit status: 0 success, 1 the practice Canvas refused, 2 nothing was erased""",
    "reset": """examples:
  python start.py reset                 empty the practice school; your progress stays

exit status: 0 success, 1 the practice Canvas refused, 2 nothing was erased""",
}
