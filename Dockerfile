# The build stage has everything that ./dev build installs; the image that runs has the binary, the
# scenarios and the libraries it links. An end-to-end test holds the list below against the binary.
FROM debian:12-slim AS build
WORKDIR /src
COPY . .
RUN ./dev build

FROM debian:12-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends \
      ca-certificates \
      libfmt9 \
      libprometheus-cpp-core1.0 \
      libprometheus-cpp-pull1.0 \
      libsimdjson14 \
      libspdlog1.10 \
      libssl3 \
      libstdc++6 \
      libyaml-cpp0.7 \
      zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 gauntlet \
 && install --directory --owner=gauntlet /runs
COPY --from=build /src/build/release/gauntlet /usr/local/bin/gauntlet
COPY --from=build /src/scenarios/library /scenarios
USER gauntlet
WORKDIR /
VOLUME /runs
ENTRYPOINT ["gauntlet"]
