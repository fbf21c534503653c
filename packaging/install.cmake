# What is installed where.  The layout below share/supercargo is that of the source tree.

add_executable(make_manual packaging/make_manual.c)
target_link_libraries(make_manual PRIVATE daemon flags)
set(made ${CMAKE_CURRENT_BINARY_DIR}/packaging)
file(MAKE_DIRECTORY ${made})
foreach(page "sample;en;supercargo.conf" "sample;zh;supercargo.zh_CN.conf" "manual;en;supercargo.conf.5"
        "manual;zh;supercargo.conf.zh_CN.5")
  list(GET page 0 kind)
  list(GET page 1 language)
  list(GET page 2 name)
  add_custom_command(OUTPUT ${made}/${name} COMMAND make_manual ${kind} ${language} ${made}/${name} DEPENDS make_manual)
  list(APPEND pages ${made}/${name})
endforeach()
add_custom_target(manual ALL DEPENDS ${pages})

configure_file(packaging/supercargo.service.in ${made}/supercargo.service @ONLY)

install(TARGETS supercargo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS supercargo-pages RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/supercargo)
install(FILES ${made}/supercargo.service DESTINATION lib/systemd/system)
install(FILES packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME supercargo.conf)
install(FILES ${made}/supercargo.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/supercargo
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(DIRECTORY DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/supercargo/templates) # empty: the seller's own texts
install(FILES ${made}/supercargo.zh_CN.conf DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES packaging/supercargo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/supercargo.conf.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES packaging/supercargo.zh_CN.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/zh_CN/man1 RENAME supercargo.1)
install(FILES ${made}/supercargo.conf.zh_CN.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/zh_CN/man5 RENAME supercargo.conf.5)
install(DIRECTORY templates DESTINATION ${CMAKE_INSTALL_DATADIR}/supercargo)
install(DIRECTORY daemon/notify/forms DESTINATION ${CMAKE_INSTALL_DATADIR}/supercargo/daemon/notify)
install(DIRECTORY i18n/phrases DESTINATION ${CMAKE_INSTALL_DATADIR}/supercargo/i18n)
install(DIRECTORY connectors DESTINATION ${CMAKE_INSTALL_DATADIR}/supercargo FILES_MATCHING PATTERN policy.conf
  PATTERN base EXCLUDE)

# The demonstration: a script, the marketplace it runs against, and what is for sale there.
install(PROGRAMS daemon/demo DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/supercargo)
install(TARGETS market RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/supercargo)
install(DIRECTORY tests/market/worlds DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/supercargo)
# During development SUPERCARGO_LIBEXEC names this folder.
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/libexec)
file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/daemon/demo ${CMAKE_CURRENT_BINARY_DIR}/libexec/demo SYMBOLIC)
file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/tests/market/worlds ${CMAKE_CURRENT_BINARY_DIR}/libexec/worlds SYMBOLIC)
file(CREATE_LINK ../tests/market/market ${CMAKE_CURRENT_BINARY_DIR}/libexec/market SYMBOLIC)
file(CREATE_LINK ../supercargo-pages ${CMAKE_CURRENT_BINARY_DIR}/libexec/supercargo-pages SYMBOLIC)
