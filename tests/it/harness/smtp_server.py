"""An SMTP server for tests: each message becomes NNNN.eml and, decoded, NNNN.json in the folder given. A second
argument is the port; without one, or 0, the system chooses."""

import asyncio
import email
import email.policy
import json
import os
import sys

from aiosmtpd.smtp import SMTP

FOLDER = sys.argv[1]
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0


class Keeper:
    # A server that comes back goes on after the letters that are there.
    count = sum(name.endswith(".eml") for name in os.listdir(FOLDER))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Keeper.count += 1
        base = os.path.join(FOLDER, f"{Keeper.count:04}")
        with open(base + ".eml", "wb") as file:
            file.write(envelope.content)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": str(message["subject"]),
            "text": text.get_content().replace("\r\n", "\n") if text else "",
            "html": html.get_content().replace("\r\n", "\n") if html else "",
            "attachments": [part.get_filename() or "" for part in message.iter_attachments()],
        }
        with open(base + ".part", "w") as file:
            json.dump(letter, file)
        os.rename(base + ".part", base + ".json")
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keeper(), enable_SMTPUTF8=True), "127.0.0.1", PORT)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
