"""The sentences that the browser makes by itself; it fills the gaps ({name}) in them."""

PAGE_TITLE = "{page} · {study} · Cutline"
COPY_LINK = "Copy link"

TEXTS = {
    "pageTitle": PAGE_TITLE,
    # A request to the program.
    "lost": "The program does not answer: what stands here is still the last answer. "
    "See whether it runs, then make the change again.",
    "busy": "Too many changes at once: wait a moment, then make the last one again.",
    "refused": "The program refused what this page sent: what stands here is still the last "
    "answer. Load the page anew; perhaps the program was renewed meanwhile.",
    "noteTooLong": "The note is far too long (at most {most} characters). It was not saved, and "
    "stands as you wrote it.",
    # The address.
    "copyLink": COPY_LINK,
    "copied": "Copied",
    "copyByHand": "Copy it from the address bar",
    # Undo, saved questions, presenting.
    "undone": "Undone.",
    "redone": "Done again.",
    "nothingToUndo": "There is nothing to undo.",
    "nothingToRedo": "There is nothing to redo.",
    "undoElsewhere": "The question does not stand on this page: undo and redo work where it does.",
    "newName": "New name",
    "presenting": "Presenting. Left and right: the saved questions. Escape: back.",
    "nothingSaved": "No question of this cohort has been saved: "
    "arrow keys go through the saved ones.",
    "lastSaved": "This is the last saved question.",
    "firstSaved": "This is the first saved question.",
    "savedAt": "{at} of {of}: {name}",
    # Figures that leave the program.
    "deckMaking": "Making the deck",
    "deckStep": "Making the deck: step {done} of {of}",
    "deckMade": "The deck is made: {name}.",
    "deckStopped": "Stopped: no deck was made.",
    "deckBroken": "The deck was not made: the program did not answer to the end. Try again.",
    "pictureCopying": "Copying …",
    "pictureCopied": "Copied",
    "pictureImpossible": "Not possible here: take the PNG",
    "pictureRefused": "Not copied: take the PNG",
    # Patients.
    "patients": "{n} patients",
    "patientsFirst": "{n} patients, the first {most}",
    "patientsAtMark": "{n} patients at this mark",
    "oneValue": "one value, {first}",
    "values": "{n} values, from {first} to {last}",
    # Files that are uploaded.
    "files": "{n} files",
    "megabytes": "{n} MB",
    "sending": "Sending {what}",
    "sendingShare": "Sending {what}: {share} % of {total}",
    "reading": "Reading {what} ({seconds} seconds at most) …",
    "fileTooLarge": "{name} is larger than {limit} ({size}): leave out what is not needed, or hand "
    "over a zip. Nothing was sent.",
    "notTaken": "The files were not taken ({status}). Try again.",
    "uploadLost": "The program does not answer: nothing was handed over. See whether it runs, then "
    "try again.",
    "uploadCancelled": "Cancelled: nothing was kept.",
}
