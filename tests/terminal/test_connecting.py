"""Which Canvas a command goes to, and with whose token."""

from tests.terminal.fake_terminal import TOKEN, FakeTerminal


def test_the_address_of_the_practice_canvas_needs_no_token(terminal: FakeTerminal) -> None:
    for domain in ("127.0.0.1:8765", " http://localhost:8765/"):
        terminal.run("status", "--domain", domain)
        assert terminal.canvas and terminal.canvas.connection.authorization == "Bearer practice-admin-token"
    terminal.typed = TOKEN
    terminal.run("status", "--domain", "127.0.0.1:8766")
    assert terminal.canvas and terminal.canvas.connection.authorization == f"Bearer {TOKEN}"
