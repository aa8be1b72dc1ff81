import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const renderer = fileURLToPath(new URL('../renderer', import.meta.url));
const output = fileURLToPath(new URL('../dist/renderer', import.meta.url));

export default defineConfig({
  root: renderer,
  // The same files are served from app:// in Electron and from a server's root in a browser.
  base: './',
  plugins: [react()],
  build: {
    outDir: output,
    emptyOutDir: true,
    // Electron's Chromium, and today's browsers for the browser face.
    target: ['chrome146', 'firefox145', 'safari26'],
    // Fonts inlined as data: URLs would need a hole in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    sourcemap: true,
  },
});
