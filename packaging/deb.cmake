# What cpack puts around the files; packaging/make builds the package.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME supercargo)
set(CPACK_PACKAGE_VENDOR Supercargo)
set(CPACK_PACKAGE_CONTACT "Supercargo <supercargo@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON) # for /etc
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd, procps, tzdata, ca-certificates, fonts-dejavu-core") # procps: the unit's /bin/kill
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "curl, fonts-noto-cjk, fonts-noto-core") # for the demonstration; for evidence in every script
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/conffiles ${CMAKE_CURRENT_LIST_DIR}/postinst
  ${CMAKE_CURRENT_LIST_DIR}/prerm ${CMAKE_CURRENT_LIST_DIR}/postrm)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Supercargo polls marketplaces for messages and orders, keeps one record of them, and sends replies from templates
in the buyer's language. It sends nothing before an account is armed.")
include(CPack)
