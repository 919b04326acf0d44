import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../core/values";

/** Applies a function to a plain value now, and to an output in its chain. */
export function mapInput<T, U>(value: pulumi.Input<T>, toResult: (known: T) => U): pulumi.Input<U> {
    return isEventual(value)
        ? (pulumi.output(value).apply((known) => toResult(known as T)) as pulumi.Output<U>)
        : toResult(value as T);
}

/** A value in which an output may stand wherever a value does: the name of a scaling group, a password. */
export type Eventually<T> = pulumi.Input<
    T extends string | number | boolean | Date | undefined
        ? T
        : T extends readonly (infer Item)[]
          ? Eventually<Item>[]
          : T extends object
            ? { [Key in keyof T]: Eventually<T[Key]> }
            : T
>;
