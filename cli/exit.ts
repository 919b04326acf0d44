/** The command worked and found something that a script should notice: exit code 1. Everything has been printed. */
export class Findings extends Error {}

/** The request makes no sense, or failed: exit code 2. Only the message is printed. */
export class Failed extends Error {}

/** The pipeline lacks access, perhaps on purpose: exit code 3. Only the message is printed. */
export class Withheld extends Error {}
