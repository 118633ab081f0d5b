"""`gradgym logout`: revoke the token, and forget it."""

from __future__ import annotations

import typer

from grader.cli.options import fail
from grader.client.errors import ClientError, Refused


def logout() -> None:
    """Sign out: your token is revoked on the server and forgotten here.

    Works without the server, too: then the token is only forgotten here, and you can revoke it on your account's page.
    """
    from grader.client.calls import Client
    from grader.client.credentials import find, forget

    try:
        known = find(environ={})
    except ClientError:
        forget()
        fail("You are not signed in to a server: there is nothing to forget.")
    said = f"You are signed out of {known.url}."
    try:
        with Client(known.url, known.token) as client:
            client.revoke_token()
    except Refused as error:
        if error.status != 401:  # a token that no longer holds needs no revoking
            said += f" The token was not revoked ({error}) Revoke it on your account's page."
    except ClientError as error:
        said += f" The token was only forgotten here: {error}"
    try:
        forget()
    except ClientError as error:
        fail(str(error))
    typer.echo(said)
