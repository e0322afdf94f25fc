"""What the carers of the benchmark say: the same conversations for raw Rasa and for the whole line.

Twenty-four messages in four conversations. Three are not understood, two of them one after the other, which asks the
API for a person's task; one asks for a person, which opens an escalation and pages a nurse. Both go through the custom
actions and the API whichever way the message came.
"""

from collections.abc import Iterator

CONVERSATIONS = (
    (
        "hello",
        "can i get any money for looking after him",
        "what benefits can i get",
        "who reads these messages",
        "thanks",
        "bye for now",
    ),
    (
        "can someone sit with her while i go to the shops",
        "do marie curie do nights",
        "what time is coronation street on",
        "i just need a break",
        "do i still get carers allowance now im on my pension",
        "thank you so much",
    ),
    (
        "dad passed away three weeks ago",
        "who won the match",
        "what's the weather doing in oldham",
        "mum passed away on sunday",
        "are you a robot",
        "thanks love",
    ),
    (
        "good evening",
        "what is this number",
        "is there any money for carers",
        "my wife died last week",
        "can i talk to a real person please",
        "ok bye",
    ),
)
TURNS = len(CONVERSATIONS[0])
CRISES = (
    "hes stopped breathing pls help",
    "she is choking and cant breathe",
    "theres blood everywhere and it wont stop",
    "shes unconscious and i cant wake her",
)


def for_carer(number: int) -> Iterator[tuple[int, str]]:
    """What one carer says for ever: conversation after conversation, each with its own number, from 0 upwards."""
    conversation = 0
    while True:
        for words in CONVERSATIONS[(number + conversation) % len(CONVERSATIONS)]:
            yield conversation, words
        conversation += 1
