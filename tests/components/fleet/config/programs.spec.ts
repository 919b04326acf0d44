import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parseStackConfig } from "../../../../components/fleet/config/parse";
import { findPrograms } from "../../../../components/fleet/config/programs";

const PIPELINE = { FLEET_GITLAB_ONLY: "https://gitlab.example.org/api/v4" };
const kubeconfig = (user: string) =>
    `apiVersion: v1\nkind: Config\nusers:\n  - name: ci\n    user: ${user}\nclusters: [{ name: c, cluster: { server: "https://c" } }]\n`;

/** Whoever may write a stack's file, and nothing else, would have the tokens of the job that previews it. */
describe("a line of a stack's file, in a pipeline", () => {
    const problems = (placement: object, env: object = PIPELINE) =>
        findPrograms({ m: { placement } }, env).map(({ path }) => path.replace(/^.*placement\./, ""));
    const ofKubeconfig = (text: unknown) => problems({ kubernetes: { namespace: "ci", kubeconfig: text } });
    const ofSshOpts = (...sshOpts: unknown[]) => problems({ docker: { host: "ssh://vm", sshOpts } });

    it("has the kubernetes provider start no program, and send no file to a server", () => {
        for (const harmless of [undefined, kubeconfig("{ token: t }"), kubeconfig("{ client-key-data: YQ== }")])
            expect(ofKubeconfig(harmless), harmless).to.deep.equal([]);
        for (const user of [
            "{ exec: { command: sh } }",
            '{ "\\x65xec": { command: sh } }',
            "{ EXEC: { command: sh } }",
            "{ auth-provider: { config: { cmd-path: sh } } }",
            "{ <<: { exec: { command: sh } } }",
            "{ !!binary ZXhlYw==: { command: sh } }",
            "{ tokenFile: /root/.pulumi/credentials.json }",
            "{ client-key: /root/.ssh/id_rsa }",
            "{ token: t, token: u }",
            "{ &a exec: { command: sh } }",
            "!!omap [exec: { command: sh }]",
            // Lines end there for the provider's parser, and a comment with them.
            ..."\r\u0085\u2028\u2029".split("").map((end) => `\n      token: t # x${end}      exec: { command: sh }`),
        ])
            expect(ofKubeconfig(kubeconfig(user)), user).to.deep.equal(["kubernetes.kubeconfig"]);
        expect(ofKubeconfig("users: !!omap [user: { exec: { command: sh } }]")).to.have.lengthOf(1);
        expect(ofKubeconfig(kubeconfig("{ token: t }").replaceAll("\n", "\r\n"))).to.deep.equal([]);
        // A path: it may be that of the stack's own file.
        for (const path of ["stacks/Pulumi.prod.yaml", "~/.kube/config"])
            expect(ofKubeconfig(path), path).to.deep.equal(["kubernetes.kubeconfig"]);
        expect(ofKubeconfig(JSON.stringify({ users: [{ user: { exec: {} } }] }))).to.have.lengthOf(1);
    });

    it("has the kubernetes provider read no file whose name looks like a kubeconfig", () => {
        const name = `${fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfig-"))}/Pulumi.evil: it.yaml`;
        expect(ofKubeconfig(name)).to.deep.equal([]);
        fs.writeFileSync(name, kubeconfig("{ exec: { command: sh } }"));
        expect(ofKubeconfig(name)).to.deep.equal(["kubernetes.kubeconfig"]);
        fs.rmSync(path.dirname(name), { recursive: true });
    });

    it("has ssh start no program on the way to a Docker engine", () => {
        for (const harmless of [
            [],
            ["-i", "~/.ssh/ci"],
            ["-o", "ConnectTimeout=5", "-oStrictHostKeyChecking=yes", "-p22"],
            ["-o UserKnownHostsFile=/dev/null", "-p", "22", "-o", "IdentityFile ~/.ssh/ci_ed25519-2", "-l", "ci"],
        ])
            expect(ofSshOpts(...harmless), String(harmless)).to.deep.equal([]);
        for (const evil of [
            ["-o", "ProxyCommand=sh -c id"],
            ["-oProxyCommand=id"],
            ["-o", "proxycommand id"],
            ["-4oProxyCommand=id"],
            ["-i", "-oProxyCommand=id"],
            ["-i", "-o", "ProxyCommand=id"],
            ["-F", "stacks/config"],
            ["-o", "Include=stacks/config"],
            ["-o", "KnownHostsCommand=/bin/id"],
            ["-o", "PermitLocalCommand=yes", "-o", "LocalCommand=id"],
            ["-I", "stacks/evil.so"],
            ["-o", "PKCS11Provider=stacks/evil.so"],
            // What follows a flag's value is a flag again.
            ["-i", "-i", "-Fstacks/config"],
            ["-l", "-p", "-4oProxyCommand=id"],
            ["-i", "key", "stacks/config"],
            // It would take what follows for its own.
            ["-i"],
            ["-o"],
            // Later versions of ssh put the variable's value there, and send it.
            ["-o", "User=$" + "{GITLAB_TOKEN}"],
            // Written into a file of known hosts, it would be a line of a script.
            ["-o", "UserKnownHostsFile=~/.profile", "-o", "HostKeyAlias=id;#"],
        ])
            expect(ofSshOpts(...evil), String(evil)).to.deep.equal(["docker.sshOpts"]);
    });

    it("is a mistake with what helps, and none where a person runs it", () => {
        const managers = { m: { placement: { kubernetes: { namespace: "ci", kubeconfig: "~/.kube/config" } } } };
        const values = { "gitlab-fleet:managers": JSON.stringify(managers) };
        const messages = (env: object) =>
            parseStackConfig({ values, secretKeys: [], env, owner: "p/s" })
                .problems.map(({ path, message }) => `${path} ${message}`)
                .filter((text) => text.includes("kubeconfig"));
        expect(messages(PIPELINE)).to.have.lengthOf(1);
        expect(messages(PIPELINE)[0])
            .to.match(/^gitlab-fleet:managers\.m\.placement\.kubernetes\.kubeconfig must be a text/)
            .and.to.include("CI/CD variable KUBECONFIG");
        for (const env of [{}, { FLEET_GITLAB_ONLY: "" }]) expect(messages(env)).to.deep.equal([]);
    });
});
