const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/** Where a package's own terms stand in it. */
const TERMS = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
/** As the file is called where it is published. */
exports.NOTICES = "THIRD_PARTY_NOTICES.txt";
/** A package's folder in the path of a file of it. */
const FOLDER = /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/;

/** The terms of every package whose code is part of a bundle, as most ask for; `inputs` are files that went into it, seen from `root`. */
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

/** What went into files that `npm ci` has bundled. */
exports.bundled = function bundled(root, outputs) {
    const built = JSON.parse(readFileSync(join(root, ".cache/build.json"), "utf8"));
    return outputs.flatMap((output) => Object.keys(built[output]));
};
