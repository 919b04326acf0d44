import { createPublicKey, createVerify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { addMember, addRunner, type Job, REGISTRY_ISSUER, type Seed, startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

const SEED: Seed = { ...PEOPLE, settings: { registryHost: "registry.example.org" } };

describe("GET /jwt/auth", () => {
    const sandbox = sandboxFor(SEED);
    const IMAGE = "elsewhere/secret/python3.11/rockylinux9";

    /** A job that runs, in a project, started by somebody. */
    const running = (project: string, user = "developer"): Job => {
        const { jobs } = sandbox().db;
        return jobs.update(jobs.enqueue({ project, user, script: "true" }).id, { status: "running" });
    };
    const ask = async (login: string | undefined, ...scopes: string[]) => {
        const query = new URLSearchParams({ service: "container_registry" });
        for (const scope of scopes) query.append("scope", scope);
        const headers: Record<string, string> = login
            ? { authorization: `Basic ${Buffer.from(login).toString("base64")}` }
            : {};
        const answer = await fetch(`${sandbox().url}/jwt/auth?${query}`, { headers });
        const body = (await answer.json()) as { token?: string; errors?: { code: string; message: string }[] };
        return { status: answer.status, ...body };
    };
    const claims = (token: string | undefined) =>
        JSON.parse(Buffer.from(token!.split(".")[1]!, "base64url").toString());
    const actions = async (job: Job, image: string, wanted = "pull"): Promise<string[]> => {
        const { token } = await ask(`gitlab-ci-token:${job.token}`, `repository:${image}:${wanted}`);
        return claims(token).access.flatMap((access: { actions: string[] }) => access.actions);
    };
    const allow = (targetId: number) =>
        sandbox().db.projectLinks.insert({
            sourceId: 4,
            targetId,
            direction: "inbound",
            defaultPermissions: true,
            policies: [],
            addedById: null,
            autopopulated: false,
            createdAt: 0,
        });
    const join = (username: string, level: number) =>
        addMember(sandbox().db, sandbox().db.users.first("username", username)!.id, "project", 4, level);

    it("signs with the key that the exported set names", async () => {
        const job = running("apps/etl");
        const { token } = await ask(`gitlab-ci-token:${job.token}`, "repository:apps/etl:pull,push,delete");
        const [header, body, signature] = token!.split(".");
        const [key] = sandbox().registryKey.jwks().keys;
        expect(JSON.parse(Buffer.from(header!, "base64url").toString())).to.deep.equal({
            typ: "JWT",
            alg: "RS256",
            kid: key!.kid,
        });
        const publicKey = createPublicKey({ key: key as never, format: "jwk" });
        const verified = createVerify("RSA-SHA256")
            .update(`${header}.${body}`)
            .verify(publicKey, signature!, "base64url");
        expect(verified).to.equal(true);
        const content = claims(token);
        expect(content).to.deep.include({
            iss: REGISTRY_ISSUER,
            aud: "container_registry",
            sub: "developer",
            auth_type: "build",
            access: [
                {
                    type: "repository",
                    name: "apps/etl",
                    actions: ["pull", "push", "delete"],
                    meta: { project_path: "apps/etl", project_id: 1, root_namespace_id: 1 },
                },
            ],
        });
        expect(content.exp - content.iat).to.equal(300);
        const served = await (await fetch(`${sandbox().url}/-/sandbox/jwks`)).json();
        expect(served).to.deep.equal(sandbox().registryKey.jwks());
    });

    it("answers 200 without access, not 403, to a job that is not on the list", async () => {
        join("developer", 20);
        const job = running("apps/etl");
        const { status, token } = await ask(`gitlab-ci-token:${job.token}`, `repository:${IMAGE}:pull`);
        expect([status, claims(token).access]).to.deep.equal([200, []]);
    });

    it("needs the list and the membership of who started the job, both", async () => {
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal([]);
        allow(1);
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal([]);
        join("developer", 10);
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal([]);
        join("developer", 20);
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal(["pull"]);
        expect(await actions(running("apps/web"), IMAGE)).to.deep.equal([]);
        expect(await actions(running("apps/etl", "root"), IMAGE)).to.deep.equal([]);
    });

    it("lets a whole group's projects in by one entry, subgroups included", async () => {
        join("developer", 20);
        sandbox().db.groupLinks.insert({
            sourceId: 4,
            targetId: 1,
            defaultPermissions: true,
            policies: [],
            addedById: null,
            autopopulated: false,
            createdAt: 0,
        });
        expect(await actions(running("apps/sub/deep"), IMAGE)).to.deep.equal(["pull"]);
    });

    it("counts the membership that comes from a share with the group", async () => {
        allow(1);
        sandbox().db.projectShares.insert({ projectId: 4, groupId: 1, accessLevel: 20, expiresAt: null });
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal(["pull"]);
    });

    it("asks no list where none is enforced", async () => {
        join("developer", 20);
        sandbox().db.settings.enforceInboundJobTokenScope = false;
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal([]);
        sandbox().db.projects.update(4, { inboundJobTokenScopeEnabled: false });
        expect(await actions(running("apps/etl"), IMAGE)).to.deep.equal(["pull"]);
    });

    it("pulls public and internal images without an entry, unless they are for members only", async () => {
        const job = running("apps/etl", "stranger");
        expect(await actions(job, "elsewhere/open/x")).to.deep.equal(["pull"]);
        sandbox().db.projects.update(4, { visibility: "internal" });
        expect(await actions(job, IMAGE)).to.deep.equal(["pull"]);
        sandbox().db.projects.update(5, { registryAccessLevel: "private" });
        expect(await actions(job, "elsewhere/open/x")).to.deep.equal([]);
        sandbox().db.projects.update(5, { registryAccessLevel: "disabled" });
        expect(await actions(job, "elsewhere/open/x")).to.deep.equal([]);
    });

    it("lets jobs push to their own project and to no other", async () => {
        allow(1);
        join("developer", 40);
        const job = running("apps/etl");
        expect(await actions(job, "apps/etl/tool", "push,pull")).to.deep.equal(["push", "pull"]);
        expect(await actions(job, IMAGE, "push,pull")).to.deep.equal(["pull"]);
    });

    for (const [action, path] of [
        ["push", "sub"],
        ["pull", "sub-deletion_scheduled-2"],
    ] as const)
        it(`${action === "push" ? "leaves" : "takes"} a group that is going to be deleted its path after a ${action} below it`, async () => {
            expect(await actions(running("apps/sub/deep"), "apps/sub/deep/image", action)).to.deep.equal([action]);
            const owner = client(sandbox(), "owner");
            expect((await owner.delete("/groups/2")).status).to.equal(202);
            const { body } = await owner.get("/groups/2");
            expect(body).to.include({ path, name: path, full_path: `apps/${path}` });
            expect(body.marked_for_deletion_on).to.match(/^\d{4}-\d\d-\d\d$/);
            expect((await owner.delete("/groups/2")).status).to.equal(400);
        });

    it("refuses tokens of jobs that do not run", async () => {
        const job = running("apps/etl");
        sandbox().db.jobs.finish(job.id, "success");
        for (const secret of [job.token, "glcbt-nothing"]) {
            const { status, errors } = await ask(`gitlab-ci-token:${secret}`, "repository:apps/etl:pull");
            expect([status, errors![0]!.code]).to.deep.equal([401, "UNAUTHORIZED"]);
            expect(errors![0]!.message).to.match(/^HTTP Basic: Access denied/);
        }
    });

    it("serves people by their role, and the public by the project's", async () => {
        const as = async (login: string | undefined, scope: string) => {
            const { status, token, errors } = await ask(login, scope);
            return token
                ? claims(token).access.flatMap((one: { actions: string[] }) => one.actions)
                : [status, errors![0]!.code];
        };
        const { tokens } = sandbox();
        expect(await as(`owner:${tokens.owner}`, "repository:apps/etl:pull,push")).to.deep.equal(["pull", "push"]);
        expect(await as(`stranger:${tokens.stranger}`, "repository:apps/etl:pull,push")).to.deep.equal([]);
        expect(await as(`owner:${tokens.creator}`, "repository:apps/etl:pull")).to.deep.equal([403, "DENIED"]);
        expect(await as(undefined, "repository:elsewhere/open:pull,push")).to.deep.equal(["pull"]);
        expect(await as(undefined, "repository:apps/etl:pull")).to.deep.equal([403, "DENIED"]);
    });

    it("knows no other service, and nothing where GitLab has no registry", async () => {
        expect((await fetch(`${sandbox().url}/jwt/auth?service=other`)).status).to.equal(404);
        sandbox().db.settings.registryHost = "";
        expect((await ask(undefined, "repository:elsewhere/open:pull")).errors![0]!.code).to.equal("UNAVAILABLE");
    });

    it("notes who came by in the authentication log", async () => {
        allow(1);
        join("developer", 20);
        await actions(running("apps/etl"), IMAGE);
        await actions(running("apps/web"), IMAGE);
        expect(
            sandbox()
                .db.authLog.all()
                .map((entry) => [entry.accessedProjectId, entry.originProjectId]),
        ).to.deep.equal([[4, 1]]);
    });

    it("keeps its key in a file when told to", async () => {
        const folder = mkdtempSync(path.join(tmpdir(), "sandbox-key-"));
        const registryKeyFile = path.join(folder, "key.pem");
        const id = async (): Promise<string> => {
            const other = await startSandbox({ seed: SEED, registryKeyFile });
            const key = other.registryKey.id();
            await other.close();
            return key;
        };
        expect(await id()).to.equal(await id());
        rmSync(folder, { recursive: true });
    });

    it("hands jobs the credentials that the runner logs in with", async () => {
        const runner = addRunner(sandbox().db, { runnerType: "group_type", groupId: 1 });
        sandbox().db.jobs.enqueue({ project: "apps/etl", user: "developer", script: "true" });
        const { body } = await client(sandbox()).post("/jobs/request", { token: runner.token });
        const { url, username, password } = body.credentials[0];
        expect(url).to.equal("registry.example.org");
        expect((await ask(`${username}:${password}`, "repository:apps/etl:pull")).status).to.equal(200);
    });
});
