import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { attempt } from "../../core/attempt";
import { isMap, show } from "../../core/values";

/** How to reach a cluster: the kubernetes provider's arguments, with the same defaults. */
export interface ClusterConnection {
    /** Path or text of a kubeconfig. */
    kubeconfig?: string;
    context?: string;
}

/** A cluster's address and login. */
export interface Cluster {
    server: string;
    /** PEM text of its authority. */
    ca?: string;
    insecure: boolean;
    /** Name in its certificate, if that differs from the address. */
    serverName?: string;
    proxy?: string;
    login: Login;
}

/** How to log in. `exec` is a program that returns the login. */
export interface Login {
    token?: string;
    cert?: string;
    key?: string;
    exec?: ExecLogin;
    /** A login method that is not supported here. */
    unknown?: string;
}

/** A program that prints an `ExecCredential`. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface ExecLogin {
    apiVersion: string;
    command: string;
    args: string[];
    env: Record<string, string>;
}

type Entry = Record<string, unknown> & { folder: string };

const IN_POD = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The cluster of a connection. Throws a sentence if there is none. */
export function clusterOf({ kubeconfig, context }: ClusterConnection, env: NodeJS.ProcessEnv): Cluster {
    const texts = kubeconfig === undefined ? textsOfEnvironment(env) : [textOf(kubeconfig)];
    if (texts.length === 0) {
        const pod = kubeconfig === undefined ? clusterOfPod(env) : undefined;
        if (pod !== undefined) return pod;
        throw new Error(
            "no kubeconfig was found, neither in KUBECONFIG nor ~/.kube/config. Name one in placement.kubernetes.kubeconfig.",
        );
    }
    const configs = texts.map(({ text: yaml, folder }): Entry => ({ ...parse(yaml), folder }));
    const contexts = entriesIn(configs, "contexts", "context");
    const name = context ?? configs.map((config) => text(config["current-context"])).find((each) => each !== undefined);
    const chosen = contexts.get(name ?? "");
    if (chosen === undefined) {
        const what = name === undefined ? "no context is the current one" : `there is no context ${show(name)}`;
        const known = [...contexts.keys()].reverse().map((each) => show(each));
        const there = known.length === 0 ? "It has none." : `There is ${known.join(", ")}.`;
        throw new Error(`${what} in the kubeconfig. ${there} Name one in placement.kubernetes.context.`);
    }
    const cluster = entriesIn(configs, "clusters", "cluster").get(String(chosen.cluster));
    if (typeof cluster?.server !== "string") {
        throw new Error(`the kubeconfig has no cluster ${show(chosen.cluster)}, which context ${show(name)} names.`);
    }
    return {
        server: cluster.server,
        ca: dataOf(cluster, "certificate-authority"),
        insecure: cluster["insecure-skip-tls-verify"] === true,
        serverName: text(cluster["tls-server-name"]),
        proxy: text(cluster["proxy-url"]),
        login: loginOf(entriesIn(configs, "users", "user").get(String(chosen.user))),
    };
}

function loginOf(user: Entry | undefined): Login {
    if (user === undefined) return {};
    const { exec } = user;
    const tokenFile = text(user.tokenFile);
    const token = text(user.token) ?? (tokenFile && readFileSync(resolve(user.folder, tokenFile), "utf8").trim());
    const unknown = ["auth-provider", "username"].find((key) => user[key] !== undefined);
    return {
        token,
        cert: dataOf(user, "client-certificate"),
        key: dataOf(user, "client-key"),
        ...(isMap(exec) ? { exec: execOf(exec, user.folder) } : {}),
        ...(unknown === undefined ? {} : { unknown }),
    };
}

function execOf(exec: Record<string, unknown>, folder: string): ExecLogin {
    const env = (Array.isArray(exec.env) ? exec.env : []).filter(isMap);
    const command = String(exec.command);
    return {
        apiVersion: String(exec.apiVersion),
        // A command with a slash is a file relative to the kubeconfig.
        command: /[/\\]/.test(command) ? resolve(folder, command) : command,
        args: (Array.isArray(exec.args) ? exec.args : []).map(String),
        env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value)])),
    };
}

/** A value that is in the kubeconfig itself, as base64, or in a file that it names. */
function dataOf(entry: Entry, key: string): string | undefined {
    const data = text(entry[`${key}-data`]);
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    const file = text(entry[key]);
    return file === undefined ? undefined : readFileSync(resolve(entry.folder, file), "utf8");
}

function textsOfEnvironment(env: NodeJS.ProcessEnv): { text: string; folder: string }[] {
    const named = (env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
    const files = named.length > 0 ? named : [resolve(env.HOME ?? homedir(), ".kube/config")];
    return files.filter((file) => existsSync(file)).map((file) => fileAt(file));
}

/** Paths and texts are distinguished as the kubernetes provider does it: a path leads to an existing file. */
function textOf(given: string): { text: string; folder: string } {
    const path = given.replace(/^~(?=[/\\])/, homedir());
    const isPath = !given.includes("\n") && existsSync(path);
    return isPath ? fileAt(path) : { text: given, folder: process.cwd() };
}

function fileAt(file: string): { text: string; folder: string } {
    return { text: readFileSync(file, "utf8"), folder: dirname(resolve(file)) };
}

/** The entries of a list by name. Several kubeconfigs are merged: of entries with the same name, the first counts. */
function entriesIn(configs: readonly Entry[], list: string, member: string): Map<string, Entry> {
    const found = configs.flatMap(({ folder, [list]: entries }) =>
        (Array.isArray(entries) ? entries : [])
            .filter(isMap)
            .flatMap(({ name, [member]: value }): [string, Entry][] => {
                return isMap(value) ? [[String(name), { ...value, folder }]] : [];
            }),
    );
    return new Map(found.reverse());
}

function parse(yaml: string): Record<string, unknown> {
    const { parse: read } = require("yaml") as typeof import("yaml");
    // The parser's message would show a part of the text, which may be a login.
    const config = attempt((): unknown => read(yaml));
    if (isMap(config)) return config;
    throw new Error(
        `the kubeconfig is neither the path of a file nor a kubeconfig (a text of ${yaml.length} characters). Correct placement.kubernetes.kubeconfig.`,
    );
}

/** If Pulumi runs in a pod: that pod's own cluster. */
function clusterOfPod(env: NodeJS.ProcessEnv): Cluster | undefined {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
    if (!host || !port || !existsSync(`${IN_POD}/token`)) return undefined;
    return {
        server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
        ca: readFileSync(`${IN_POD}/ca.crt`, "utf8"),
        insecure: false,
        login: { token: readFileSync(`${IN_POD}/token`, "utf8").trim() },
    };
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
