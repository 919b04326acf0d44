import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { RunnerProcess } from "../../dev/demo/runner-process";
import { PulumiStack, root } from "../../dev/scripts/pulumi";
import { lab, unlessUnwritten } from "./lab";

const DESCRIPTION = "my-runner";
const REGISTERED = 12;

/** The README's two stories, with the real engine and the real gitlab-runner. Each test goes on where the one before ended. */
describe("the main job", function () {
    this.timeout(300_000);
    this.bail(true);
    let group: { id: number; full_path: string };
    let registry: { id: number; path_with_namespace: string };
    let consumers: { id: number; path_with_namespace: string }[];
    let folder: string;
    let stack: PulumiStack;
    let process: RunnerProcess | undefined;
    let token = "";

    const config = (more = "", tags = "[docker, fastapi]") => `config:
  gitlab-fleet:runners:
    my-runner:
      scope: { group: ${group.full_path} }
      description: ${DESCRIPTION}
      tags: ${tags}
      runUntagged: true
${more}      config: { executor: shell, shell: bash }
  gitlab-fleet:managers:
    ci-01:
      placement: { directory: ${folder}/etc }
      runners: [my-runner]
      config: { concurrent: 4, check_interval: 3 }
  gitlab-fleet:exclusive:
    own-group:
      scope: { group: ${group.full_path} }
      claim: { descriptions: [${DESCRIPTION}] }
      foreign: delete
  gitlab-fleet:registries:
    ${registry.path_with_namespace}:
      consumers: { projects: [${consumers.map((one) => one.path_with_namespace).join(", ")}] }
`;
    const pulumi = async (...args: string[]) => {
        const result = await stack.run(args);
        if (result.code !== 0)
            throw new Error(`pulumi ${args[0]} ended with ${result.code}:\n${result.output.slice(-3000)}`);
        return result.output;
    };
    const up = () => pulumi("up", "--yes", "--skip-preview");
    const runners = async () => {
        const { body } = await lab().must("GET", `/groups/${group.id}/runners?type=group_type&per_page=100`);
        const found: { id: number; description: string }[] = body;
        for (const { id } of found) lab().made.runners.add(id);
        return found.filter(({ description }) => description === DESCRIPTION).map(({ id }) => id);
    };
    const allowed = async () => {
        const { body } = await lab().must("GET", `/projects/${registry.id}/job_token_scope/allowlist?per_page=100`);
        return body.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b);
    };
    const wanted = () => [registry, ...consumers].map(({ id }) => id).sort((a, b) => a - b);
    const tokenInFile = () => /token = "([^"]+)"/.exec(fs.readFileSync(`${folder}/etc/config.toml`, "utf8"))![1]!;
    const works = async (text: string) => {
        lab().made.tokens.add(text);
        return (await lab().asRunner("POST", "/runners/verify", { token: text })).status === 200;
    };

    before(async () => {
        group = await lab().makeGroup();
        registry = await lab().makeProject(group.id);
        consumers = [await lab().makeProject(group.id), await lab().makeProject(group.id)];
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "fleet-acceptance-"));
        fs.mkdirSync(`${folder}/etc`);
        stack = new PulumiStack({
            folder,
            stack: "acceptance",
            config: config(),
            env: { GITLAB_BASE_URL: `${lab().url}/api/v4/`, GITLAB_TOKEN: lab().token },
        });
        await stack.init();
    });
    after(async () => {
        await process?.stop();
        // What a failure left: the runners are taken away by the lab, which has to know them.
        if (group !== undefined) await runners();
        if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
    });

    it("begins with a dozen runners of one name, and a config.toml full of tokens that are dead but one", async () => {
        const workers: string[] = [];
        for (let count = 1; count <= REGISTERED; count++) {
            const made = await lab().makeRunner({ group_id: group.id, description: DESCRIPTION, tag_list: ["docker"] });
            workers.push(
                `[[runners]]\nname = "${DESCRIPTION}"\nurl = "${lab().url}"\ntoken = "${made.token}"\nexecutor = "shell"\n`,
            );
            if (count === REGISTERED) continue;
            const reset = await lab().must("POST", `/runners/${made.id}/reset_authentication_token`, {});
            lab().made.tokens.add(reset.body.token);
        }
        fs.writeFileSync(`${folder}/etc/config.toml`, `concurrent = 1\ncheck_interval = 3\n${workers.join("")}`, {
            mode: 0o600,
        });
        process = new RunnerProcess(
            path.join(root, ".cache/bin/gitlab-runner"),
            `${folder}/etc/config.toml`,
            `${folder}/jobs`,
        );
        await process.waitFor(/403 Forbidden/, 60);
        expect(await runners()).to.have.length(REGISTERED);
        expect(await allowed()).to.deep.equal([registry.id]);
    });

    it("shows all of it in a preview, and writes nothing", async () => {
        const output = await pulumi("preview", "--diff");
        expect(output).to.contain(`Will delete ${REGISTERED} runners`);
        expect(await runners()).to.have.length(REGISTERED);
        expect(await allowed()).to.deep.equal([registry.id]);
    });

    it("leaves one runner and one worker, whose process GitLab hears from, and the two consumers on the list", async () => {
        await up();
        const [id, ...rest] = await runners();
        expect(rest).to.deep.equal([]);
        token = tokenInFile();
        expect(fs.readFileSync(`${folder}/etc/config.toml`, "utf8").split("[[runners]]")).to.have.length(2);
        expect(await works(token)).to.equal(true);
        // The process of before reads its new file every few seconds.
        let seen: { online: boolean | null; tag_list: string[] };
        const deadline = Date.now() + 90_000;
        do {
            await new Promise((resolve) => setTimeout(resolve, 1000));
            seen = (await lab().must("GET", `/runners/${id}`)).body;
        } while (seen.online !== true && Date.now() < deadline);
        expect([seen.online, [...seen.tag_list].sort()]).to.deep.equal([true, ["docker", "fastapi"]]);
        expect(await allowed()).to.deep.equal(wanted());
    });

    it("has nothing left to do", async () => {
        expect(await pulumi("preview", "--expect-no-changes")).to.match(/\d+ unchanged/);
    });

    it("runs a job of a pipeline on it", async function () {
        const [project] = consumers;
        const [id] = await runners();
        const commit = await lab().send("POST", `/projects/${project!.id}/repository/commits`, {
            branch: "main",
            commit_message: "A job for the acceptance tests",
            actions: [
                {
                    action: "create",
                    file_path: ".gitlab-ci.yml",
                    content:
                        "acceptance:\n  tags: [docker, fastapi]\n  variables: { GIT_STRATEGY: none }\n  script: [echo done]\n",
                },
            ],
        });
        unlessUnwritten(this, commit);
        expect(commit.status).to.equal(201);
        let jobs: { status: string; runner: { id: number } | null }[] = [];
        for (const deadline = Date.now() + 180_000; Date.now() < deadline && jobs[0]?.status !== "success"; ) {
            await new Promise((resolve) => setTimeout(resolve, 2000));
            jobs = (await lab().must("GET", `/projects/${project!.id}/jobs`)).body;
        }
        expect(jobs.map(({ status, runner }) => [status, runner?.id])).to.deep.equal([["success", id]]);
    });

    it("sees what somebody changed by hand, and makes it as it was declared", async () => {
        const [id] = await runners();
        await lab().must("PUT", `/runners/${id}`, { tag_list: ["by-hand"], paused: true });
        await lab().must("DELETE", `/projects/${registry.id}/job_token_scope/allowlist/${consumers[0]!.id}`);
        const output = await pulumi("preview", "--diff");
        expect(output).to.contain("by-hand");
        await up();
        const { body } = await lab().must("GET", `/runners/${id}`);
        expect([body.paused, [...body.tag_list].sort()]).to.deep.equal([false, ["docker", "fastapi"]]);
        expect(await allowed()).to.deep.equal(wanted());
        await pulumi("preview", "--expect-no-changes");
    });

    it("rotates the token on request: same runner, the old token dead, the process goes on with the new one", async () => {
        const before = await runners();
        stack.setConfig(config("      rotationTrigger: once\n"));
        await up();
        expect(await runners()).to.deep.equal(before);
        expect(tokenInFile()).not.to.equal(token);
        expect([await works(token), await works(tokenInFile())]).to.deep.equal([false, true]);
        await pulumi("preview", "--expect-no-changes");
    });

    it("makes anew what somebody deleted", async () => {
        const [id] = await runners();
        await lab().must("DELETE", `/runners/${id}`);
        await up();
        const after = await runners();
        expect(after).to.have.length(1);
        expect(after[0]).not.to.equal(id);
        expect(await works(tokenInFile())).to.equal(true);
    });

    it("takes back all of it with a destroy, and leaves the projects alone", async () => {
        const last = tokenInFile();
        await pulumi("destroy", "--yes", "--skip-preview");
        expect(await runners()).to.deep.equal([]);
        expect(await works(last)).to.equal(false);
        expect(await allowed()).to.deep.equal([registry.id]);
    });
});
