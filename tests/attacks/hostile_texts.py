"""Texts that a page or a notebook might take for something else, and files with them in every field."""

TEXTS = {
    "script": "<script>alert(1)</script>",
    "attribute": "x' onmouseover='alert(1)' style='x",
    "image": "<img src=x onerror=alert(1)>",
    "template": "{{ 7 * 191 }}{% raw %}${7*191}",
    "end of everything": "</td></table></textarea></title><!--",
    "entity": "&lt;script&gt;&#60;b&#62;",
    "direction": "\u202egnp.exe\u2066\u200b\ufeff",
    "controls": "a\x01\x07\x1b[31mb",
    "wide": "\U0001f9d1\u200d\U0001f680\u0301\u0e33" * 9,
    "formula": "=HYPERLINK(1)+@SUM(1)",
    "address": "javascript:alert(1)//../../etc",
}
KINDS = {
    "accounts.csv": "account_id,parent_account_id,name,status|{0},,{0},active",
    "terms.csv": "term_id,name,status|{0},{0},active",
    "courses.csv": "course_id,short_name,long_name,account_id,term_id,status|{0},{0},{0},{0},{0},active",
    "sections.csv": "section_id,course_id,name,status|{0},{0},{0},active",
    "users.csv": "user_id,login_id,full_name,sortable_name,short_name,status|{0},{0},{0},{0},{0},active",
    "enrollments.csv": "course_id,user_id,role,section_id,status|{0},{0},student,{0},active",
    "groups.csv": "group_id,name,status|{0},{0},available",
    "odd.csv": "{0},{0}|{0},{0}",
    "admins.csv": "user_id,account_id,role,status|{0},{0},{0},active",
}


def quoted(template: str, text: str) -> str:
    """Return a CSV file with the text as one value, whatever is in it."""
    value = '"' + text.replace('"', '""') + '"'
    return template.replace("|", "\n").replace("{0}", value) + "\n"
