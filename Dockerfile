# Runs a node as a user without rights; identity and bookkeeping live in /data, downloads in /downloads.
#   docker build -t p2pnode .
#   docker run -p 4801:4801 -v p2pnode:/data -v "$PWD/downloads:/downloads" -v "$HOME/Music:/share:ro" p2pnode start --share /share

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin ./bin
RUN mkdir -p /data /downloads && chown node:node /data /downloads
ENV NODE_ENV=production P2PNODE_DATA=/data P2PNODE_DOWNLOADS=/downloads
USER node
VOLUME ["/data", "/downloads"]
EXPOSE 4801
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "bin/p2pnode", "status", "--json"]
ENTRYPOINT ["node", "bin/p2pnode"]
CMD ["start"]
