/** Whether a connection failed because of the certificate that the other side shows, by the code of the error. */
export function isDistrust(code: string): boolean {
    return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|INVALID_CA/.test(code) && !/^ERR_(O)?SSL/.test(code);
}

/** Why a connection failed. Of a certificate not in Node.js's words, which from 24 on advise how to start a Node.js that Pulumi starts. */
export function whyNotConnected({ code = "", message }: NodeJS.ErrnoException): string {
    return isDistrust(code) ? `its certificate is not trusted: ${code}` : message || code || "no reason given";
}
