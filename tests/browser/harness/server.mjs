// Turns a folder into an address: a site as it is hosted below a path of somebody's server.
//
// It does as little as a server can, so that a site may not lean on it: a folder's address gives
// nothing, no ending is guessed, and what lies outside of the site's own path is not found.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const MOUNT = "/a/b/site/";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".pdf": "application/pdf",
};

/** Serves `folder` on a free port of this machine. Returns its address, and how to end it. */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const file = fileOf(folder, request.url);
    const found = file && (await stat(file).catch(() => null));
    if (!found?.isFile()) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
      response.end("There is nothing here.\n");
      return;
    }
    const type = TYPES[path.extname(file)] ?? "text/plain; charset=utf-8";
    response.writeHead(200, { "content-type": type, "content-length": found.size, "cache-control": "no-cache" });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    base: `http://127.0.0.1:${server.address().port}${MOUNT}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function fileOf(folder, url) {
  const { pathname } = new URL(url, "http://127.0.0.1");
  if (!pathname.startsWith(MOUNT)) return null;
  const file = path.join(folder, decodeURIComponent(pathname.slice(MOUNT.length)));
  return file.startsWith(folder + path.sep) ? file : null;
}
