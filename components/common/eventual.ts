import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../core/values";

/** Applies a function to a plain value at once, and to an output with `apply`. */
export function mapInput<T, U>(value: pulumi.Input<T>, toResult: (known: T) => U): pulumi.Input<U> {
    return isEventual(value)
        ? (pulumi.output(value).apply((known) => toResult(known as T)) as pulumi.Output<U>)
        : toResult(value as T);
}

/** A value that may be or contain outputs at any depth, such as the name of a scaling group, or a password. */
export type Eventually<T> = pulumi.Input<
    T extends string | number | boolean | Date | undefined
        ? T
        : T extends readonly (infer Item)[]
          ? Eventually<Item>[]
          : T extends object
            ? { [Key in keyof T]: Eventually<T[Key]> }
            : T
>;
