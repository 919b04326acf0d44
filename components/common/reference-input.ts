import type * as pulumi from "@pulumi/pulumi";
import type { Reference } from "../../core/reference";

/** A reference that may be an output of another resource. */
export type ReferenceInput = pulumi.Input<Reference>;
