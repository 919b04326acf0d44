/** The command did its work and found something that a script should know of: exit code 1. Everything is printed. */
export class Findings extends Error {}

/** What the user asked for cannot be, or could not be done: exit code 2, the message alone. */
export class Failed extends Error {}

/** The pipeline was not given what it takes, and that may be on purpose: exit code 3, the message alone. */
export class Withheld extends Error {}
