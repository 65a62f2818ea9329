"""Write the text on which the models of ``tiny_gpt.py`` were trained, from which the widget ``TinyGPT`` counts.

It writes ``src/softrecall/widgets/tiny_gpt/text.json``: ``python experiments/tiny_gpt_text.py``, under the version of
Python whose documentation it is. The text is the Python Software Foundation's, so its licence goes with it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import sysconfig
from pathlib import Path

from tiny_gpt import Text

from softrecall.tasks import documentation

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "widgets" / "tiny_gpt" / "text.json"
TITLE, NEXT = "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2", "BEOPEN.COM LICENSE AGREEMENT"


def licence() -> str:
    """Give the licence of this Python's documentation, with its notice of copyright."""
    whole = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt").read_text(encoding="utf-8")
    return whole[whole.index(TITLE) : whole.index(NEXT, whole.index(TITLE))].strip()


def stored() -> dict:
    """Give what the file holds."""
    text = Text(documentation())
    read = text.alphabet.decode(text.train)
    about = {
        "command": "python experiments/tiny_gpt_text.py",
        "python": platform.python_version(),
        "source": "pydoc_data.topics, the documentation that comes with Python",
        "changes": "the topics in the order of their names, a line break between them; the first nine tenths",
        "sha256": hashlib.sha256(read.encode()).hexdigest(),
        "licence": licence(),
    }
    return {"about": about, "text": read}


def main() -> int:
    OUT.write_text(json.dumps(stored(), ensure_ascii=False) + "\n", encoding="utf-8")
    print(OUT.stat().st_size, "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
