# What is installed where, and the Debian package:  ./dev package

include(GNUInstallDirs)

install(TARGETS phony RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES packaging/systemd/phony.socket packaging/systemd/phony@.service
        DESTINATION /lib/systemd/system)
install(FILES packaging/etc/phony.toml DESTINATION /etc/phony)
install(FILES packaging/etc/phony.env DESTINATION /etc/phony PERMISSIONS OWNER_READ OWNER_WRITE)
install(FILES README.md CHANGELOG.md SECURITY.md docs/operations.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES metrics/alerts.yml metrics/rules.yml metrics/RUNBOOK.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/phony/metrics)
install(FILES metrics/grafana/latency.json metrics/grafana/operations.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/phony/metrics/grafana)

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME phony)
set(CPACK_PACKAGE_CONTACT "The Phony maintainers <maintainers@phony.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "voice AI agent on the telephone")
set(CPACK_PACKAGE_DESCRIPTION
    "Twilio calls it; it streams what the caller says to OpenAI or a compatible model,
speaks the tokens back as they arrive, and obeys the commands among them.
Supervisors watch live calls in a browser and step in.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/packaging/debian/conffiles
    ${CMAKE_SOURCE_DIR}/packaging/debian/postinst
    ${CMAKE_SOURCE_DIR}/packaging/debian/prerm
    ${CMAKE_SOURCE_DIR}/packaging/debian/postrm)
include(CPack)
