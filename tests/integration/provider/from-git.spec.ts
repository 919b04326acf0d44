import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { parse } from "yaml";
import { root } from "../../../dev/scripts/pulumi";

describe("a checkout, as `pulumi package add <repository>@<tag>` makes it", () => {
    let child: ChildProcess | undefined;
    afterEach(() => child?.kill());

    it("is a plugin that Pulumi's Node.js host can run, with the components in its schema", async () => {
        expect(parse(fs.readFileSync(path.join(root, "PulumiPlugin.yaml"), "utf8"))).to.deep.equal({
            runtime: "nodejs",
        });
        const host = path.join(root, "node_modules/@pulumi/pulumi/cmd/run-plugin");
        const started = spawn(process.execPath, [host, root, "127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
        child = started;
        const port = await new Promise<number>((resolve, reject) => {
            started.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text)));
            started.once("exit", (code) => reject(new Error(`ended with ${code}`)));
        });
        const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
            "grpc.max_receive_message_length": -1,
        });
        const answer = await new Promise<GetSchemaResponse>((resolve, reject) =>
            client.getSchema(new GetSchemaRequest(), (error, response) => (error ? reject(error) : resolve(response))),
        );
        client.close();
        const { name, resources } = JSON.parse(answer.getSchema());
        expect([name, resources["gitlab-fleet:index:Fleet"].isComponent]).to.deep.equal(["gitlab-fleet", true]);
    });
});
