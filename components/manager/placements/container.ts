import { variablesIn } from "../../../core/config-toml/variables";
import type { Problem } from "../../../core/problems";
import { isEventual, isKnownLater, isMap, memberOf, show } from "../../../core/values";
import { text, textThat } from "../../common/kinds";
import { mapOf, shaped } from "../../common/maps";
import { acceptable } from "./acceptable";

/** Where a manager's process finds its files in a container: the directory of GitLab's images, mounted as a whole. */
export const CONFIG_DIRECTORY = "/etc/gitlab-runner";

/** The working directory of the process. */
export const HOME = "/home/gitlab-runner";

/** The writable directory in a container whose file system is otherwise read-only. */
export const TEMPORARY = "/tmp";

// What the process in a container needs, on Docker and on Kubernetes.

/** The image that runs by default. */
export const DEFAULT_IMAGE = "gitlab/gitlab-runner:alpine-v19.4.0";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
/** The name of an environment variable, as every version of Kubernetes accepts it: apimachinery, `IsEnvVarName`. */
const VARIABLE = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
/** A proxy address that Go and curl accept. */
const PROXY = /^((https?|socks5h?):\/\/[^\s/]\S*|[^\s/:]+:\d+\/?)$/;
const PINNED = /(@sha256:[0-9a-f]{64}|:[\w][\w.-]*)$/;

/** The name that a manager's containers are named after. */
export function baseName(given: unknown, owner: string, manager: string): string {
    return typeof given === "string" ? given : `${owner.replace("/", "-")}-${manager}`;
}

/** Names of each replica's objects. The first has the plain name, so that scaling from 1 to 3 and back keeps it. */
export function replicaNames(base: string, replicas: unknown, most: number): string[] {
    const count = typeof replicas === "number" && replicas <= most ? replicas : 1;
    return Array.from({ length: Math.max(1, count) }, (_, index) => (index === 0 ? base : `${base}-${index + 1}`));
}

/** Proxies of a process. */
export type ProxyOptions = {
    /** For `http://` addresses. */
    http?: string;
    /** For `https://` addresses, such as GitLab's. */
    https?: string;
    /** Hosts to reach without a proxy, separated by commas. */
    no?: string;
};

/** Environment variables for proxies, in both spellings, because programs read either. */
export function proxyVariables({ http, https, no }: ProxyOptions): [string, string][] {
    const given = Object.entries({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: no });
    return given.flatMap(([name, value]) =>
        value === undefined ? [] : [name, name.toLowerCase()].map((spelt): [string, string] => [spelt, value]),
    );
}

/** Removes undefined values, and empty maps and lists. */
export function withoutEmpty<T extends object>(args: T): T {
    const isEmpty = (value: unknown) =>
        value === undefined ||
        (typeof value === "object" && value !== null && !isKnownLater(value) && Object.keys(value).length === 0);
    return Object.fromEntries(Object.entries(args).filter(([, value]) => !isEmpty(value))) as T;
}

/** Warns about a tag that can move, so that containers of one manager run different images. `says` ends the message. */
export function findUnpinned(image: unknown, path: string, says: string): Problem[] {
    if (typeof image !== "string" || image.trim() === "" || (PINNED.test(image) && !image.endsWith(":latest")))
        return [];
    const message = `is not pinned (got ${show(image)}): which version runs depends on what ${says}`;
    return [acceptable("image-not-pinned", path, message)];
}

/** An empty value is allowed: it unsets a variable of the image. */
export const environment = mapOf(text, "variables by name", (name) =>
    VARIABLE.test(name)
        ? undefined
        : `is not the name of a variable (got ${show(name)}). Use letters, digits and _, and no digit first.`,
);

// Another rule reports variables in the address.
const proxyAddress = textThat(
    "a text with a URL, such as http://proxy.example.org:3128",
    (value) => value === "" || PROXY.test(value) || /\$[({]/.test(value),
    (value) => typeof value === "string" && value.includes("@"),
);

export const proxy = shaped(
    undefined,
    {
        http: proxyAddress,
        https: proxyAddress,
        no: textThat("a text with hosts, separated by commas", () => true),
    },
    { example: "{ http: http://proxy.example.org:3128 }" },
);

/**
 * gitlab-runner looks for `<host>.crt`, with the GitLab URL's host without its port: network/client.go, `newClient`.
 */
export const certificates = mapOf(
    textThat(
        "a text in PEM: -----BEGIN CERTIFICATE----- …",
        (pem) => CERTIFICATE.test(pem),
        // A path was probably meant to be read; any other text may be a key.
        (pem) => typeof pem === "string" && !/^[./~]\S*$/.test(pem),
    ),
    "PEM text by host, such as { gitlab.example.org: -----BEGIN CERTIFICATE----- … }",
    (host) => {
        if (HOST.test(host)) return undefined;
        const inside = host.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[:/].*$/s, "");
        const example = HOST.test(inside) ? inside : "gitlab.example.org";
        return `is not the name of a host (got ${show(host)}): gitlab-runner looks for one without scheme, port and path. Write ${example}.`;
    },
);

/** Finds `${NAME}` in `environment` and `proxy`: neither Pulumi nor `runtime` replaces it with a value. */
export function findUnexpanded(options: Record<string, unknown>, path: string, runtime: string): Problem[] {
    const entries = (["environment", "proxy"] as const).flatMap((key) => {
        const values = options[key];
        if (!isMap(values) || isEventual(values)) return [];
        return Object.entries(values).map(([name, value]) => [memberOf(path, key, name), value] as const);
    });
    return entries.flatMap(([where, value]) => {
        const found = typeof value === "string" ? variablesIn(value).filter((text) => text.startsWith("${")) : [];
        const why = `but nothing puts a value in its place, neither Pulumi nor ${runtime}. Write the value itself.`;
        return found.map((text) => acceptable("unexpanded-environment", where, `holds ${text}, ${why}`));
    });
}
