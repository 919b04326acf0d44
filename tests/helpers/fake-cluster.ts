import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { SELF_SIGNED } from "./self-signed";

/** A request to a fake cluster. */
export interface Asked {
    method: string;
    path: string;
    authorization?: string;
    body: Record<string, unknown>;
}

/** Answers like an API server's version, namespaces and access reviews. Accepts one token. */
export class FakeCluster {
    readonly asked: Asked[] = [];
    namespaces = ["ci", "jobs"];
    /** Forbidden actions, as `verb resource`. */
    forbidden: string[] = [];
    /** Identity of the cluster: with another id it is another cluster. */
    id = "one";
    /** Its answer about the rules of a login; without any, it does not know them. */
    rules: { resourceRules?: object[]; incomplete?: boolean } = {};
    /** Objects by the path of their list. */
    objects: Record<string, { metadata: { name: string; uid?: string; annotations?: Record<string, string> } }[]> = {};
    /** Its answer when an object is tried. */
    verdict: { status: number; message?: string; warning?: string } = { status: 201 };
    /** Why it deletes nothing; undefined if it does. */
    keeps: string | undefined;
    /** Whether a login without rights on namespaces may still see them. */
    showsNamespaces = true;

    private constructor(
        private readonly server: Server,
        readonly token: string,
    ) {}

    /** Starts it on a free port. */
    static async start(token = "the-token"): Promise<FakeCluster> {
        const server = createServer({ cert: SELF_SIGNED.cert, key: SELF_SIGNED.key });
        const cluster = new FakeCluster(server, token);
        server.on("request", (request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const text = Buffer.concat(chunks).toString();
                const { authorization } = request.headers;
                const { method, url: path } = request as { method: string; url: string };
                const asked = { method, path, authorization, body: text === "" ? {} : JSON.parse(text) };
                cluster.asked.push(asked);
                const { status, body, warning } = cluster.answer(asked);
                const warned = warning === undefined ? {} : { warning: `299 - "${warning}"` };
                response.writeHead(status, { "content-type": "application/json", ...warned }).end(JSON.stringify(body));
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return cluster;
    }

    /** A kubeconfig for it; `user` are the credentials. */
    kubeconfig(user: object = { token: this.token }, cluster: object = {}): string {
        const certificate = Buffer.from(SELF_SIGNED.cert).toString("base64");
        return JSON.stringify({
            "current-context": "here",
            contexts: [{ name: "here", context: { cluster: "fake", user: "me" } }],
            clusters: [
                {
                    name: "fake",
                    cluster: { server: this.address, "certificate-authority-data": certificate, ...cluster },
                },
            ],
            users: [{ name: "me", user }],
        });
    }

    get address(): string {
        return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    close(): Promise<void> {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }

    private answer({ method, path, authorization, body }: Asked): { status: number; body: object; warning?: string } {
        if (authorization !== `Bearer ${this.token}`) return { status: 401, body: { kind: "Status" } };
        if (path === "/version") return { status: 200, body: { gitVersion: "v1.36.1" } };
        const [list, name] =
            /^(\/apis?\/.+\/(?:namespaces\/[^/]+\/[^/?]+|[a-z]+classes))(?:\/([^/?]+))?(?:\?.*)?$/
                .exec(path)
                ?.slice(1) ?? [];
        if (list !== undefined && path.includes("dryRun=All")) {
            const { status, message, warning } = this.verdict;
            return { status, body: { kind: "Status", message }, warning };
        }
        if (list !== undefined) return method === "DELETE" ? this.remove(list, name!, body) : this.find(list, name);
        if (path.endsWith("/selfsubjectrulesreviews")) return { status: 201, body: { status: this.rules } };
        if (path.startsWith("/api/v1/namespaces/")) return this.findNamespace(path.split("/")[4]!);
        const { resourceAttributes } = (body.spec ?? {}) as { resourceAttributes?: Record<string, string> };
        const { verb, resource } = resourceAttributes ?? {};
        return { status: 201, body: { status: { allowed: !this.forbidden.includes(`${verb} ${resource}`) } } };
    }

    private find(list: string, name: string | undefined) {
        const all = this.objects[list] ?? [];
        if (name === undefined) return { status: 200, body: { items: all } };
        const one = all.find(({ metadata }) => metadata.name === name);
        return one === undefined ? { status: 404, body: {} } : { status: 200, body: one };
    }

    private findNamespace(name: string) {
        if (!this.showsNamespaces) return { status: 403, body: { kind: "Status" } };
        const isThere = name === "kube-system" || this.namespaces.includes(name);
        return isThere ? { status: 200, body: { metadata: { uid: `${this.id} ${name}` } } } : { status: 404, body: {} };
    }

    private remove(list: string, name: string, { preconditions }: Record<string, unknown>) {
        const all = this.objects[list] ?? [];
        const one = all.find(({ metadata }) => metadata.name === name);
        if (one === undefined) return { status: 404, body: {} };
        if (this.keeps !== undefined) return { status: 403, body: { kind: "Status", message: this.keeps } };
        const { uid } = (preconditions ?? {}) as { uid?: string };
        if (one.metadata.uid !== uid) return { status: 409, body: { kind: "Status" } };
        this.objects[list] = all.filter((each) => each !== one);
        return { status: 200, body: one };
    }
}
