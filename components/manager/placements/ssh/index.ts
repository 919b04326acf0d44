import { posix } from "node:path";
import { labelOf, parseAddress } from "../../../../core/ssh/address";
import { isMap, memberOf } from "../../../../core/values";
import { shaped } from "../../../common/maps";
import { needed, plain, type Shape } from "../../../common/shape";
import { costsOf, type PlacementKind } from "../kind";
import { claimedUnit, drainsOnStop, findServiceMisfits, findServiceProblems, SERVICE_SHAPE } from "../service";
import type { SshPlacement } from "./args";
import { findSshProblems, SSH_SHAPE } from "./problems";

const EXAMPLE = "{ host: ci@vm-01.example.org, directory: /etc/gitlab-runner }";
const SHAPE: Shape<SshPlacement> = {
    ssh: needed(undefined, plain(shaped("ssh", SSH_SHAPE, { example: EXAMPLE }))),
    ...SERVICE_SHAPE,
};

export const ssh: PlacementKind<SshPlacement> = {
    key: "ssh",
    name: "ssh",
    example: `{ ssh: ${EXAMPLE} }`,
    shape: SHAPE,
    schema: shaped("sshPlacement", SHAPE).schema!,
    costs: costsOf("in place", { ...SSH_SHAPE, ...SERVICE_SHAPE }),
    secrets: ["privateKey"],
    drains: drainsOnStop,
    sharesFile: true,

    findProblems: (placement, where) => [
        ...(isMap(placement.ssh) ? findSshProblems(placement.ssh, memberOf(where, "ssh")) : []),
        ...findServiceProblems(placement, where),
    ],

    findMisfits: findServiceMisfits,

    claims(placement) {
        const { ssh: options } = placement;
        const { host, port, directory } = isMap(options) ? options : {};
        if (typeof host !== "string" || typeof directory !== "string" || "problem" in parseAddress(host)) return [];
        const label = labelOf({ host, port: typeof port === "number" ? port : undefined });
        // The login name does not make it another directory, and neither does ssh's default port.
        const address = label.replace(/^.*@/, "").replace(/:22$/, "");
        const thing = `directory ${posix.resolve("/", directory)} of ${address}`;
        return [
            { thing, path: "ssh.directory", given: directory, what: "directory" },
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
