/** The fields of a protobuf message class, named by what follows `set`: `Id`, `FailuresList`. */
type Fields<Message> = {
    [Key in keyof Message as Key extends `set${infer Name}` ? Name : never]?: Message[Key] extends (
        value: infer Value,
    ) => unknown
        ? Value
        : never;
};

/** Sets these fields of a message, and returns it. */
export function filled<Message extends object>(message: Message, fields: Fields<Message>): Message {
    const setters = message as Record<string, (value: unknown) => unknown>;
    for (const [name, value] of Object.entries(fields)) setters[`set${name}`]!(value);
    return message;
}
