"""Certificates made on the spot: an authority, and what it signs. Needs `openssl`."""

import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    def __init__(self, folder, name="ca"):
        self.folder, self.file, self.key, self.signed = folder, folder / f"{name}.pem", folder / f"{name}.key", 0
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.file)

    def sign(self, names="IP:127.0.0.1,DNS:localhost", days=2):
        """A file with a certificate for these names, and its key."""
        self.signed += 1
        path = self.folder / f"{self.file.stem}-{self.signed}.pem"
        request, extensions, certificate = (path.with_suffix(end) for end in (".csr", ".ext", ".crt"))
        extensions.write_text(f"subjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=signed",
                "-keyout", path, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial",
                "-days", str(days), "-extfile", extensions, "-out", certificate)
        path.write_text(path.read_text() + certificate.read_text())
        return path
