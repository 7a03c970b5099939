/* Opens what is encrypted, on the page about it: by the passphrase or key that the reader types.
 *
 * What comes out stands in one element and nowhere else: in no store, no address, no index. It is wiped
 * after a while, when the reader says so, and when the page is left. */
(function () {
  "use strict";
  var clearjar = window.clearjar;
  var SECONDS = 120;
  var waiting = {};

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-unseal]").forEach(function (form) { new Opening(form); });
  });

  // Called by the script that hands a file over.
  clearjar.sealed = function (path, base64) {
    var take = waiting[path];
    delete waiting[path];
    if (take) take(Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); }));
  };

  function load(path) {
    return new Promise(function (take, fail) {
      var script = document.createElement("script");
      waiting[path] = take;
      script.src = clearjar.scriptUrl(path);
      script.onload = function () { script.remove(); };
      script.onerror = fail;
      document.head.append(script);
    });
  }

  function decrypt(bytes, typed) {
    var decrypter = new clearjar.Decrypter();
    // A whole key file may be pasted, with the comments in it.
    var key = /AGE-SECRET-KEY-[A-Z0-9-]+/i.exec(typed);
    if (key) decrypter.addIdentity(key[0].toUpperCase());
    else decrypter.addPassphrase(typed);
    return decrypter.decrypt(bytes, "uint8array");
  }

  function Opening(form) {
    this.form = form;
    this.words = document.getElementById("ui-unseal").dataset;
    this.input = form.querySelector("input");
    this.said = form.querySelector("[role=status]");
    this.opened = form.querySelector("[data-opened]");
    this.text = this.opened.querySelector("pre");
    this.left = this.opened.querySelector("[data-left]");
    this.timer = 0;
    form.addEventListener("submit", this.submit.bind(this));
    this.opened.querySelector("button").addEventListener("click", this.hide.bind(this));
    addEventListener("pagehide", this.wipe.bind(this));
  }

  Opening.prototype.submit = function (event) {
    event.preventDefault();
    var typed = this.input.value;
    if (!typed || this.form.ariaBusy === "true") return;
    this.wipe();
    this.input.value = "";
    this.form.ariaBusy = "true";
    this.said.textContent = this.words.working;
    var done = this.done.bind(this);
    load(this.form.dataset.unseal).then(function (bytes) {
      // The work stops the page for a second, so what was said has to be painted before.
      return new Promise(function (go) { requestAnimationFrame(function () { setTimeout(go, 20); }); })
        .then(function () { return decrypt(bytes, typed); });
    }).then(this.show.bind(this)).catch(this.refuse.bind(this)).then(done, done);
  };

  Opening.prototype.done = function () {
    this.form.ariaBusy = "false";
  };

  Opening.prototype.show = function (bytes) {
    var text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (e) {
      this.said.textContent = this.words.binary;
      return;
    } finally {
      bytes.fill(0);
    }
    this.text.textContent = text;
    this.opened.hidden = false;
    this.said.textContent = this.words.opened;
    this.text.parentElement.focus();
    this.until = Date.now() + SECONDS * 1000;
    this.timer = setInterval(this.tick.bind(this), 500);
    this.tick();
  };

  // By the clock, as a machine that sleeps counts no seconds.
  Opening.prototype.tick = function () {
    var left = Math.ceil((this.until - Date.now()) / 1000);
    if (left <= 0) this.hide();
    else this.left.textContent = this.words.left.replace("{n}", left);
  };

  Opening.prototype.refuse = function (error) {
    var isWrong = /no identity matched|invalid (identity|passphrase)|bech32|checksum/i.test(String(error && error.message));
    this.said.textContent = isWrong ? this.words.wrong : this.words.failed;
    this.input.focus();
  };

  Opening.prototype.hide = function () {
    this.wipe();
    this.said.textContent = this.words.hidden;
    this.input.focus();
  };

  Opening.prototype.wipe = function () {
    clearInterval(this.timer);
    this.text.textContent = "";
    this.left.textContent = "";
    this.said.textContent = "";
    this.input.value = "";
    this.opened.hidden = true;
  };
})();
