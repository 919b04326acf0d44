import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { root } from "../../../dev/scripts/pulumi";
import { RULES } from "../../../policies/rules";

const WAYS = {
    "as a program of its own": ["policies/gitlab-fleet-policies", "127.0.0.1:1"],
    "as a folder, by what Pulumi's Node.js host runs": [
        path.join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack"),
        "127.0.0.1:1",
        path.join(root, "policies"),
    ],
};

describe("the policy pack as it is built", () => {
    const children: ChildProcess[] = [];
    afterEach(() => {
        for (const child of children.splice(0)) child.kill();
    });

    /** The port that a process prints. */
    function start(args: string[]): Promise<number> {
        const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
        children.push(child);
        return new Promise((resolve, reject) => {
            child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text)));
            child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
        });
    }

    for (const [how, args] of Object.entries(WAYS)) {
        it(`serves its policies ${how}`, async () => {
            const client = new AnalyzerClient(`127.0.0.1:${await start(args)}`, grpc.credentials.createInsecure());
            const info = await new Promise<AnalyzerInfo>((resolve, reject) =>
                client.getAnalyzerInfo(new Empty(), (error, response) => (error ? reject(error) : resolve(response))),
            );
            client.close();
            expect(info.getPoliciesList().map((one) => one.getName())).to.deep.equal(RULES.map(({ name }) => name));
        });
    }
});
