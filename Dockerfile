# docker build -t tidemark . && docker run --rm -i tidemark analyze - < song.mp3
FROM debian:12 AS build
WORKDIR /src
COPY packages.txt ./
COPY tools/install_packages tools/
RUN tools/install_packages build
COPY . .
RUN make install PREFIX=/usr DESTDIR=/image

FROM debian:12-slim
COPY packages.txt /opt/tidemark/
COPY tools/install_packages /opt/tidemark/tools/
RUN /opt/tidemark/tools/install_packages runtime \
 && rm -rf /var/lib/apt/lists/* /opt/tidemark \
 && useradd --system --no-create-home --shell /usr/sbin/nologin tidemark
COPY --from=build /image/ /
USER tidemark
WORKDIR /tmp
ENTRYPOINT ["tidemark"]
CMD ["--help"]
