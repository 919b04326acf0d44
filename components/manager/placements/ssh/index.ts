import { labelOf, parseAddress } from "../../../../core/ssh/address";
import { isMap, memberOf } from "../../../../core/values";
import type { PlacementKind } from "../kind";
import { costsOf } from "../options";
import { SSH_OPTIONS, type SshPlacement } from "./args";
import { findSshProblems } from "./problems";

/** A directory of a host that `ssh` reaches. */
export const ssh: PlacementKind<SshPlacement> = {
    key: "ssh",
    beside: [],
    name: "ssh",
    example: "{ ssh: { host: ci@vm-01.example.org, directory: /etc/gitlab-runner } }",
    schema: () => (require("./schema") as typeof import("./schema")).sshShape,
    costs: costsOf(SSH_OPTIONS),
    secrets: ["privateKey"],
    drains: false,
    sharesFile: true,

    findProblems: (placement, where) => findSshProblems(placement.ssh, memberOf(where, "ssh")),

    claims({ ssh: options }) {
        const { host, port, directory } = isMap(options) ? options : {};
        if (typeof host !== "string" || typeof directory !== "string" || "problem" in parseAddress(host)) return [];
        const label = labelOf({ host, port: typeof port === "number" ? port : undefined });
        // Who logs in makes no other directory of it, and neither does ssh's own port, said aloud.
        const thing = `directory ${directory.replace(/\/+$/, "")} of ${label.replace(/^.*@/, "").replace(/:22$/, "")}`;
        const place = `${label}:${directory}`;
        return [{ thing, path: "ssh.directory", given: directory, place, what: "directory", done: "written" }];
    },

    names({ ssh: options }) {
        const { host, directory } = isMap(options) ? options : {};
        return { "ssh.host": host, "ssh.directory": directory };
    },

    takingOverFrom: ({ ssh: options }, owner) => ({ ssh: { ...options, takeOverFrom: options.takeOverFrom ?? owner } }),

    declare: (to) => (require("./declare") as typeof import("./declare")).declareOnHost(to),
};
