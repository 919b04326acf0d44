import { posix } from "node:path";
import { labelOf, parseAddress } from "../../../../core/ssh/address";
import { isMap, memberOf } from "../../../../core/values";
import { costsOf, type PlacementKind } from "../kind";
import {
    claimedUnit,
    drainsOnStop,
    findServiceMisfits,
    findServiceProblems,
    SERVICE_CHECKS,
    SERVICE_KEYS,
} from "../service";
import type { SshHostOptions, SshPlacement } from "./args";
import { findSshProblems, NEEDED, SSH_CHECKS } from "./problems";

/** A directory of a host that `ssh` reaches. */
export const ssh: PlacementKind<SshPlacement> = {
    key: "ssh",
    beside: SERVICE_KEYS,
    name: "ssh",
    example: "{ ssh: { host: ci@vm-01.example.org, directory: /etc/gitlab-runner } }",
    schema() {
        const { optionShape, placementShape } = require("../option-shape") as typeof import("../option-shape");
        const options = optionShape("ssh", SSH_CHECKS, Object.keys(NEEDED));
        const says = "A directory of a host that ssh reaches.";
        return placementShape("ssh", options.describe(says), optionShape("service", SERVICE_CHECKS));
    },
    costs: {
        ...costsOf<SshHostOptions>("in place", SSH_CHECKS, {
            host: "moves the files",
            directory: "moves the files",
            look: "nothing",
        }),
        ...costsOf("in place", SERVICE_CHECKS),
    },
    secrets: ["privateKey"],
    drains: drainsOnStop,
    sharesFile: true,

    findProblems: (placement, where) => [
        ...findSshProblems(placement.ssh, memberOf(where, "ssh")),
        ...findServiceProblems(placement, where),
    ],

    findMisfits: findServiceMisfits,

    claims(placement) {
        const { ssh: options } = placement;
        const { host, port, directory } = isMap(options) ? options : {};
        if (typeof host !== "string" || typeof directory !== "string" || "problem" in parseAddress(host)) return [];
        const label = labelOf({ host, port: typeof port === "number" ? port : undefined });
        // Who logs in makes no other directory of it, and neither does ssh's own port, said aloud.
        const address = label.replace(/^.*@/, "").replace(/:22$/, "");
        const thing = `directory ${posix.resolve("/", directory)} of ${address}`;
        const place = `${label}:${directory}`;
        return [
            { thing, path: "ssh.directory", given: directory, place, what: "directory", done: "written" },
            ...claimedUnit(placement, address),
        ];
    },

    names: ["ssh.host", "ssh.directory"],

    takingOverFrom: ({ ssh: options, ...rest }, owner) => ({
        ...rest,
        ssh: { ...options, takeOverFrom: options.takeOverFrom ?? owner },
    }),

    declare: (to) => (require("../files") as typeof import("../files")).declareOnHost(to),
};
