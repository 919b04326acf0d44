import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where npm finds everything else. */
const UPSTREAM = (process.env.npm_config_registry ?? "https://registry.npmjs.org").replace(/\/$/, "");

/** An npm registry on loopback that has one package more than the real one: the tarball. */
export async function startRegistry(tarball: string): Promise<{ url: string; close(): Promise<void> }> {
    const bytes = fs.readFileSync(tarball);
    const [, name, version] = /([a-z-]+)-(\d[^/]*)\.tgz$/.exec(tarball)!;
    const server = createServer((request, response) => {
        const path = request.url!.replace(/\?.*/, "");
        if (path === `/${name}`) {
            const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
            const dist = { tarball: `${url()}/${name}.tgz`, integrity };
            const bin = { "gitlab-fleet": "bin/gitlab-fleet.js" };
            response.setHeader("content-type", "application/json");
            response.end(
                JSON.stringify({
                    name,
                    "dist-tags": { latest: version },
                    versions: { [version!]: { name, version, bin, dist } },
                }),
            );
        } else if (path === `/${name}.tgz`) {
            response.end(bytes);
        } else {
            response.writeHead(302, { location: UPSTREAM + request.url }).end();
        }
    });
    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: url(),
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}
