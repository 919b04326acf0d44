const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/** Files in which a package has its licence terms. */
const TERMS = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
/** Name of the published file. */
exports.NOTICES = "THIRD_PARTY_NOTICES.txt";
/** The folder of a package in the path of one of its files. */
const FOLDER = /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/;

/**
 * The terms of every package whose code is part of a bundle, as most licences require; `inputs` are the bundled files,
 * relative to `root`.
 */
exports.notices = function notices(root, inputs) {
    const folders = new Set(inputs.flatMap((input) => FOLDER.exec(input)?.[0] ?? []));
    const byTerms = new Map();
    for (const folder of [...folders].sort()) {
        const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
        const files = readdirSync(join(root, folder)).filter((file) => TERMS.test(file));
        const texts = files.sort().map((file) => readFileSync(join(root, folder, file), "utf8").trim());
        const terms = texts.length > 0 ? texts.join("\n\n") : `${license}; the package holds no text of it.`;
        byTerms.set(terms, [...(byTerms.get(terms) ?? []), `${name} ${version} (${license})`]);
    }
    const sections = [...byTerms].map(([terms, packages]) => `${[...new Set(packages)].join("\n")}\n\n${terms}\n`);
    const title = "The compiled files hold code of these packages, under these terms.\n";
    return [title, ...sections].join(`\n${"-".repeat(80)}\n\n`);
};

/** The files that went into bundles of `npm ci`. */
exports.bundled = function bundled(root, outputs) {
    const built = JSON.parse(readFileSync(join(root, ".cache/build.json"), "utf8"));
    return outputs.flatMap((output) => Object.keys(built[output]));
};
