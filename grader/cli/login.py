"""`gradgym login`: a token for a server, kept for the commands that use it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from grader.cli.options import fail
from grader.cli.server import InsecureOption
from grader.client.errors import ClientError


def login(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The server's address: https://grades.example.org.", show_default=False)
    ],
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read a token from stdin instead of asking for email and password.")
    ] = False,
    insecure: InsecureOption = False,
) -> None:
    """Sign in to your course's server, so that submit and status work.

    Asks for email and password, and keeps only a token: in your system's keyring where one works, else in a file that
    only you can read. You can see and revoke your tokens on your account's page.
    """
    from grader.client.address import server_address
    from grader.client.calls import Client
    from grader.client.credentials import Credentials, keep

    try:
        address = server_address(url, insecure=insecure)
        token = _token_from_stdin() if token_stdin else _new_token(address)
        with Client(address, token) as client:
            me = client.me()
        where = keep(Credentials(address, token, insecure))
    except ClientError as error:
        fail(str(error))
    typer.echo(f"You are signed in to {address} as {me.name} ({me.email}). The token is kept in {where}.")


def _new_token(address: str) -> str:
    from grader.client.calls import Client

    email = typer.prompt("Email", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    with Client(address) as client:
        return client.new_token(email, password, f"gradgym on {_this_machine()}").token


def _token_from_stdin() -> str:
    token = sys.stdin.readline(1000).strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        fail("There is no token on stdin: make one on your account's page, and pipe it in.")
    return token


def _this_machine() -> str:
    import platform

    name = "".join(sign for sign in platform.node() if sign.isalnum() or sign in "-._")
    return name[:60] or "a computer"
