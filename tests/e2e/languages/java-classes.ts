import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "../../../dev/scripts/pulumi";

const run = promisify(execFile);
const SDK = path.join(root, "sdks/java/src/main/java");
const POM = path.join(__dirname, "java/pom.xml");
/** Pulumi's Java SDK with what it needs, fetched once for each pom.xml. */
const LIBRARIES = path.join(root, ".cache/java-libraries");

/** Our SDK and a program, compiled against Pulumi's, as a jar that Pulumi's host starts. */
export async function javaProgram(folder: string, source: string): Promise<string> {
    const stamp = path.join(LIBRARIES, "pom.xml");
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== fs.readFileSync(POM, "utf8")) {
        fs.rmSync(LIBRARIES, { recursive: true, force: true });
        const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${LIBRARIES}`];
        await run("mvn", ["--batch-mode", "--quiet", "--file", POM, ...goal]);
        fs.copyFileSync(POM, stamp);
    }
    const jars = fs.readdirSync(LIBRARIES).filter((name) => name.endsWith(".jar"));
    const app = path.join(folder, "App.java");
    fs.writeFileSync(app, source);
    const classes = path.join(folder, "classes");
    const sources = fs
        .readdirSync(SDK, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".java"))
        .map((name) => path.join(SDK, name));
    await run("javac", ["--release", "11", "-nowarn", "-cp", `${LIBRARIES}/*`, "-d", classes, app, ...sources]);
    // Gradle's build of the SDK writes it.
    fs.mkdirSync(path.join(classes, "com/pulumi/gitlab-fleet"));
    fs.writeFileSync(path.join(classes, "com/pulumi/gitlab-fleet/version.txt"), "0.1.0");
    const manifest = path.join(folder, "manifest");
    // A line of a manifest has at most 72 bytes, and what begins with a space goes on.
    const classPath = jars.map((jar) => `  ${path.join(LIBRARIES, jar)} `).join("\n");
    fs.writeFileSync(manifest, `Main-Class: App\nClass-Path: \n${classPath}\n`);
    const jar = path.join(folder, "app.jar");
    await run("jar", ["--create", "--file", jar, "--manifest", manifest, "-C", classes, "."]);
    return jar;
}
